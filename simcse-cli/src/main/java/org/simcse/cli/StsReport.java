package org.simcse.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.simcse.cli.io.Report;
import org.simcse.cli.io.Table;
import org.simcse.core.evaluate.PrintedFigures;
import org.simcse.core.evaluate.ScoredCosines;
import org.simcse.core.evaluate.StsResult;

/** Collects the results of STS tasks for a report. Figures for people are multiplied by 100. */
final class StsReport {
  private final List<Row> rows = new ArrayList<>();

  /** The results of one model with one pooler. */
  record Row(String model, String pooler, List<StsResult> results) {
    List<Double> figures() {
      return results.stream().map(result -> 100 * result.all().spearman()).toList();
    }

    /** Returns the mean of the tasks' figures. */
    double average() {
      return figures().stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    /** Returns the mean of the figures as printed, which is what the reference prints. */
    double averageOfPrinted() {
      return PrintedFigures.mean(figures().stream().mapToDouble(Double::doubleValue));
    }
  }

  void add(Row row) {
    rows.add(row);
  }

  List<Row> rows() {
    return rows;
  }

  /**
   * Returns the report.
   *
   * @param settings what the results depend on, for JSON
   * @param comparison the comparison of the models, if there are two
   */
  Report report(
      String title,
      boolean details,
      Map<String, Object> settings,
      Optional<ModelComparison> comparison,
      List<String> notes) {
    List<Table> tables = new ArrayList<>();
    tables.add(summary(title));
    comparison.map(ModelComparison::table).ifPresent(tables::add);
    if (details) {
      tables.add(details());
    }
    Map<String, Object> json = new LinkedHashMap<>(settings);
    json.put("models", rows.stream().map(StsReport::json).toList());
    comparison.ifPresent(differences -> json.put("comparison", differences.objects()));
    List<String> all = new ArrayList<>(notes);
    if (rows.stream().anyMatch(row -> Double.isNaN(row.average()))) {
      all.add(
          "undefined: the model gives every pair of a set the same cosine, and a constant has no correlation.");
    }
    return new Report(tables, all, records(), json);
  }

  private boolean several() {
    return rows.size() > 1;
  }

  private Table summary(String title) {
    List<String> columns = new ArrayList<>(several() ? List.of("model", "pooler") : List.of());
    rows.get(0).results().forEach(result -> columns.add(result.task()));
    columns.add("Avg.");
    List<List<Object>> cells = new ArrayList<>();
    for (Row row : rows) {
      List<Object> line =
          new ArrayList<>(several() ? List.of(row.model(), row.pooler()) : List.of());
      line.addAll(row.figures());
      line.add(row.averageOfPrinted());
      cells.add(line);
    }
    return new Table(title, columns, cells);
  }

  private Table details() {
    List<String> columns = new ArrayList<>(several() ? List.of("model", "pooler") : List.of());
    columns.addAll(List.of("task", "subset", "pairs", "Pearson", "Spearman"));
    List<List<Object>> cells = new ArrayList<>();
    for (Row row : rows) {
      List<Object> labels = several() ? List.of(row.model(), row.pooler()) : List.of();
      for (List<Object> figures : figures(row, 100)) {
        List<Object> line = new ArrayList<>(labels);
        line.addAll(figures);
        cells.add(line);
      }
    }
    return new Table("Subsets", columns, cells);
  }

  private Table records() {
    List<List<Object>> cells = new ArrayList<>();
    for (Row row : rows) {
      for (List<Object> figures : figures(row, 1)) {
        List<Object> line = new ArrayList<>(List.of(row.model(), row.pooler()));
        line.addAll(figures);
        cells.add(line);
      }
    }
    return new Table(
        "", List.of("model", "pooler", "task", "subset", "pairs", "pearson", "spearman"), cells);
  }

  /** Returns task, subset, pairs, Pearson and Spearman, and after several subsets their means. */
  private static List<List<Object>> figures(Row row, double scale) {
    List<List<Object>> lines = new ArrayList<>();
    for (StsResult result : row.results()) {
      for (StsResult.Subset subset : result.subsets()) {
        lines.add(
            line(
                result.task(),
                subset.name(),
                subset.pairs().size(),
                correlation -> scale * correlation.applyAsDouble(subset.pairs())));
      }
      if (result.subsets().size() > 1) {
        ScoredCosines all = result.all();
        lines.add(line(result.task(), "all", all.size(), of -> scale * of.applyAsDouble(all)));
        lines.add(line(result.task(), "mean", all.size(), of -> scale * result.mean(of)));
        lines.add(
            line(
                result.task(), "weighted mean", all.size(), of -> scale * result.weightedMean(of)));
      }
    }
    return lines;
  }

  private static List<Object> line(
      String task, String subset, int pairs, ToDoubleFunction<ToDoubleFunction<ScoredCosines>> of) {
    return List.of(
        task,
        subset,
        pairs,
        of.applyAsDouble(ScoredCosines::pearson),
        of.applyAsDouble(ScoredCosines::spearman));
  }

  private static Map<String, Object> json(Row row) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", row.model());
    json.put("pooler", row.pooler());
    Map<String, Object> spearman = new LinkedHashMap<>();
    row.results().forEach(result -> spearman.put(result.task(), result.all().spearman()));
    json.put("spearman", spearman);
    json.put("average", row.average() / 100);
    json.put("average_of_printed", row.averageOfPrinted());
    List<Object> subsets = new ArrayList<>();
    for (List<Object> line : figures(row, 1)) {
      Map<String, Object> subset = new LinkedHashMap<>();
      List<String> names = List.of("task", "subset", "pairs", "pearson", "spearman");
      for (int i = 0; i < names.size(); i++) {
        subset.put(names.get(i), line.get(i));
      }
      subsets.add(subset);
    }
    json.put("subsets", subsets);
    return json;
  }
}
