package org.simcse.cli;

import com.google.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.simcse.cli.chart.ScatterChart;
import org.simcse.cli.io.Destination;
import org.simcse.cli.io.Report;
import org.simcse.cli.io.Table;
import org.simcse.core.evaluate.Collapse;
import org.simcse.core.evaluate.Evaluation;
import org.simcse.core.evaluate.PairsResult;
import org.simcse.core.evaluate.ScoredPairs;

/** Evaluates models on a user's scored pairs. */
final class PairsJob {
  private static final String PAIRS = "pairs";

  private final List<EvaluatedModel> models;
  private final EvaluationRun run;
  private final ReportOptions options;

  @Inject
  PairsJob(List<EvaluatedModel> models, EvaluationRun run, ReportOptions options) {
    this.models = models;
    this.run = run;
    this.options = options;
  }

  void run(ScoredPairs pairs) {
    EvaluatedModel.requireOnePooler(models, "your own pairs");
    Destination destination = options.open();
    int texts = new Evaluation(List.of(pairs)).texts();
    List<PairsResult> results = new ArrayList<>();
    for (EvaluatedModel model : models) {
      results.add(run.evaluate(model, texts, embedding -> Evaluation.evaluate(pairs, embedding)));
    }
    options.write(report(pairs, results), destination);
    options.plot().ifPresent(file -> chart(results).write(file));
  }

  private ScatterChart chart(List<PairsResult> results) {
    List<ScatterChart.Points> points = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      points.add(new ScatterChart.Points(models.get(i).name(), results.get(i).pairs()));
    }
    return new ScatterChart(points);
  }

  private Report report(ScoredPairs pairs, List<PairsResult> results) {
    List<List<Object>> readable = new ArrayList<>();
    List<List<Object>> exact = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      String model = models.get(i).name();
      PairsResult result = results.get(i);
      readable.add(row(model, 100, result));
      List<Object> record = new ArrayList<>(row(model, 1, result));
      record.add(Collapse.in(result.metrics()).map(PairsJob::name).orElse("none"));
      exact.add(record);
    }
    List<String> names =
        List.of("model", "pairs", "Spearman", "Pearson", "alignment", "uniformity", "cosine gap");
    Table table = new Table(pairs.source() + ": correlations x 100", names, readable);
    Table records =
        new Table(
            "",
            List.of(
                "model",
                "pairs",
                "spearman",
                "pearson",
                "alignment",
                "uniformity",
                "cosine_gap",
                "collapse"),
            exact);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("pairs", pairs.source());
    json.put("models", records.objects());
    List<Table> tables = new ArrayList<>(List.of(table));
    if (results.size() == 2) {
      ModelComparison comparison =
          ModelComparison.ofCorrelations(
              models, Map.of(PAIRS, results.get(0).pairs()), Map.of(PAIRS, results.get(1).pairs()));
      tables.add(comparison.table());
      json.put("comparison", comparison.objects());
    }
    return new Report(tables, notes(pairs, results), records, json);
  }

  private static List<Object> row(String model, double scale, PairsResult result) {
    return List.of(
        model,
        result.pairs().size(),
        scale * result.pairs().spearman(),
        scale * result.pairs().pearson(),
        result.metric(Evaluation.ALIGNMENT),
        result.metric(Evaluation.UNIFORMITY),
        result.metric(Evaluation.COSINE_GAP));
  }

  private static String name(Collapse rule) {
    return rule.name().toLowerCase(Locale.ROOT);
  }

  private List<String> notes(ScoredPairs pairs, List<PairsResult> results) {
    List<String> notes = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      String model = results.size() == 1 ? "" : models.get(i).name() + ": ";
      Map<String, Double> metrics = results.get(i).metrics();
      Collapse.in(metrics).ifPresent(rule -> notes.add(model + rule.message(metrics)));
    }
    if (results.stream().anyMatch(result -> Double.isNaN(result.pairs().spearman()))) {
      notes.add(
          "undefined: all cosines, or all scores, are equal, and a constant has no correlation.");
    }
    if (new Evaluation(List.of(pairs)).texts() == 1) {
      notes.add("undefined: all texts are the same, and one text has no uniformity and no gap.");
    }
    return notes;
  }
}
