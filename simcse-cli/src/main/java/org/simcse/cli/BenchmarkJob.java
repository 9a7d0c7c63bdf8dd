package org.simcse.cli;

import com.google.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.simcse.cli.chart.ScatterChart;
import org.simcse.cli.io.Destination;
import org.simcse.core.evaluate.StsProtocol;
import org.simcse.core.evaluate.StsResult;
import org.simcse.core.evaluate.StsSuite;

/** Evaluates models on published tasks. */
final class BenchmarkJob {
  private final List<EvaluatedModel> models;
  private final EvaluationRun run;
  private final ReportOptions options;

  @Inject
  BenchmarkJob(List<EvaluatedModel> models, EvaluationRun run, ReportOptions options) {
    this.models = models;
    this.run = run;
    this.options = options;
  }

  void run(BenchmarkOptions benchmark) {
    StsSuite suite = benchmark.suite();
    Destination destination = options.open();
    StsReport report = new StsReport();
    for (EvaluatedModel model : models) {
      List<String> poolers = model.poolers();
      List<List<StsResult>> results =
          run.evaluate(model, suite.texts(), embedding -> suite.run(embedding, poolers.size()));
      for (int i = 0; i < poolers.size(); i++) {
        report.add(new StsReport.Row(model.name(), poolers.get(i), results.get(i)));
      }
    }
    options.plot().ifPresent(file -> ScatterChart.of(report.rows().get(0).results()).write(file));
    options.write(
        report.report(
            title(benchmark.protocol()),
            options.details(),
            settings(benchmark, suite),
            List.of(),
            notes(report, suite)),
        destination);
  }

  private static String title(StsProtocol protocol) {
    return switch (protocol) {
      case SIMCSE -> "STS, protocol simcse: Spearman's correlation x 100, subsets concatenated";
      case MTEB -> "STS, protocol mteb: Spearman's correlation x 100";
      case DEVELOPMENT -> "STS, development sets: Spearman's correlation x 100";
    };
  }

  private static Map<String, Object> settings(BenchmarkOptions benchmark, StsSuite suite) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("protocol", benchmark.protocol().name().toLowerCase(Locale.ROOT));
    settings.put("texts_in_pairs", suite.occurrences());
    settings.put("texts_embedded", suite.texts());
    return settings;
  }

  private static List<String> notes(StsReport report, StsSuite suite) {
    List<String> notes = new ArrayList<>();
    if (report.rows().size() == 1) {
      notes.add(
          String.format(
              Locale.ROOT,
              "Avg. is the mean of the figures as printed, as in SimCSE's tables; the exact mean is %.4f.",
              report.rows().get(0).average()));
    }
    notes.add(
        "%d distinct texts were embedded, for %d in all pairs."
            .formatted(suite.texts(), suite.occurrences()));
    return notes;
  }
}
