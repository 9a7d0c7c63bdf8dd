package org.simcse.cli;

import com.google.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.simcse.api.error.InvalidInputException;
import org.simcse.cli.chart.ScatterChart;
import org.simcse.cli.io.Destination;
import org.simcse.cli.io.Report;
import org.simcse.core.evaluate.ScoredCosines;
import org.simcse.core.evaluate.StsProtocol;
import org.simcse.core.evaluate.StsResult;
import org.simcse.core.evaluate.StsSuite;
import org.simcse.core.evaluate.transfer.TransferResult;
import org.simcse.core.evaluate.transfer.TransferSettings;
import org.simcse.core.evaluate.transfer.TransferSuite;

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

  /** What one model gives. */
  private record Results(List<List<StsResult>> sts, List<TransferResult> transfer) {}

  /**
   * Evaluates the models and writes the results.
   *
   * @param threads the number of classifiers of transfer tasks that are trained at the same time
   */
  void run(BenchmarkOptions benchmark, int threads) {
    TransferSettings settings = benchmark.transferSettings(threads);
    Optional<StsSuite> sts = benchmark.sts();
    Optional<TransferSuite> transfer = benchmark.transfer();
    transfer.ifPresent(suite -> EvaluatedModel.requireOnePooler(models, "the transfer tasks"));
    if (sts.isEmpty() && options.plot().isPresent()) {
      throw new InvalidInputException("--plot draws STS tasks; choose some beside those.");
    }
    Destination destination = options.open();
    StsReport stsReport = new StsReport();
    TransferReport transferReport = new TransferReport(benchmark.mode(), settings);
    for (EvaluatedModel model : models) {
      Results results = results(model, sts, transfer, settings);
      for (int i = 0; i < results.sts().size(); i++) {
        stsReport.add(
            new StsReport.Row(model.name(), model.poolers().get(i), results.sts().get(i)));
      }
      transferReport.add(
          new TransferReport.Row(model.name(), model.poolers().get(0), results.transfer()));
    }
    Stream.of(
            sts.map(suite -> report(benchmark, suite, stsReport)),
            transfer.map(suite -> transferReport.report(suite, options.details())))
        .flatMap(Optional::stream)
        .reduce(Report::and)
        .ifPresent(report -> options.write(report, destination));
    options
        .plot()
        .ifPresent(file -> ScatterChart.of(stsReport.rows().get(0).results()).write(file));
  }

  private Results results(
      EvaluatedModel model,
      Optional<StsSuite> sts,
      Optional<TransferSuite> transfer,
      TransferSettings settings) {
    int texts = sts.map(StsSuite::texts).orElse(0) + transfer.map(TransferSuite::texts).orElse(0);
    return run.evaluate(
        model,
        texts,
        embedder ->
            new Results(
                sts.map(suite -> suite.run(embedder, model.poolers().size())).orElse(List.of()),
                transfer
                    .map(suite -> suite.run(embedder, settings, showing(embedder)))
                    .orElse(List.of())));
  }

  private static TransferSuite.Progress showing(EvaluationRun.Embedder embedder) {
    return (task, trained, total) ->
        embedder.note(
            trained == total ? "" : "%s: %d of %d classifiers".formatted(task, trained, total));
  }

  private Report report(BenchmarkOptions benchmark, StsSuite suite, StsReport report) {
    return report.report(
        title(benchmark.protocol()),
        options.details(),
        settings(benchmark, suite),
        comparison(report),
        notes(report, suite));
  }

  /** Compares two models; of several poolers every figure would be one of many comparisons. */
  private Optional<ModelComparison> comparison(StsReport report) {
    if (models.size() < 2 || report.rows().size() > 2) {
      return Optional.empty();
    }
    return Optional.of(
        ModelComparison.ofCorrelations(
            models, pairs(report.rows().get(0)), pairs(report.rows().get(1))));
  }

  private static Map<String, ScoredCosines> pairs(StsReport.Row row) {
    Map<String, ScoredCosines> pairs = new LinkedHashMap<>();
    row.results().forEach(result -> pairs.put(result.task(), result.all()));
    return pairs;
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
    if (report.rows().size() == 1 && Double.isFinite(report.rows().get(0).average())) {
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
