package org.simcse.cli;

import com.google.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.simcse.cli.io.Destination;
import org.simcse.cli.io.Report;
import org.simcse.cli.io.Table;
import org.simcse.core.evaluate.UnitFigures;

/** Evaluates models on a user's triplets, or queries and documents. */
final class MeasuresJob {
  private final List<EvaluatedModel> models;
  private final EvaluationRun run;
  private final ReportOptions options;

  @Inject
  MeasuresJob(List<EvaluatedModel> models, EvaluationRun run, ReportOptions options) {
    this.models = models;
    this.run = run;
    this.options = options;
  }

  void run(MeasuredTask task) {
    EvaluatedModel.requireOnePooler(models, "triplets and retrieval");
    Destination destination = options.open();
    List<UnitFigures> results = new ArrayList<>();
    for (EvaluatedModel model : models) {
      results.add(run.evaluate(model, task.texts(), task.evaluation()));
    }
    options.write(report(task, results), destination);
  }

  private Report report(MeasuredTask task, List<UnitFigures> results) {
    List<String> measures = List.copyOf(results.get(0).byMeasure().keySet());
    Table records = table("", task, measures.stream().map(MeasuresJob::key).toList(), 1, results);
    Map<String, Object> json = new LinkedHashMap<>(task.sources());
    json.put("models", records.objects());
    List<Table> tables =
        new ArrayList<>(
            List.of(table(task.title() + ": measures x 100", task, measures, 100, results)));
    if (results.size() == 2) {
      ModelComparison comparison = ModelComparison.ofMeans(models, results.get(0), results.get(1));
      tables.add(comparison.table());
      json.put("comparison", comparison.objects());
    }
    return new Report(tables, task.notes(), records, json);
  }

  /** Returns one row per model. */
  private Table table(
      String title,
      MeasuredTask task,
      List<String> names,
      double scale,
      List<UnitFigures> results) {
    List<String> columns = new ArrayList<>(List.of("model"));
    columns.addAll(task.sizes().keySet());
    columns.addAll(names);
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      UnitFigures figures = results.get(i);
      List<Object> row = new ArrayList<>(List.of(models.get(i).name()));
      row.addAll(task.sizes().values());
      figures.byMeasure().keySet().forEach(measure -> row.add(scale * figures.mean(measure)));
      rows.add(row);
    }
    return new Table(title, columns, rows);
  }

  /** Returns a measure's name for programs, such as {@code ndcg_at_10}. */
  private static String key(String measure) {
    return measure.toLowerCase(Locale.ROOT).replace("@", "_at_");
  }
}
