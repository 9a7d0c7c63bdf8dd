package org.simcse.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.simcse.cli.io.Report;
import org.simcse.cli.io.Table;
import org.simcse.core.evaluate.transfer.TransferResult;
import org.simcse.core.evaluate.transfer.TransferSettings;
import org.simcse.core.evaluate.transfer.TransferSuite;

/**
 * Collects the results of transfer tasks for a report. Figures for people are multiplied by 100.
 */
final class TransferReport {
  private static final List<String> LABELS = List.of("model", "pooler");

  private final BenchmarkOptions.Mode mode;
  private final TransferSettings settings;
  private final List<Row> rows = new ArrayList<>();

  /** The results of one model with one pooler. */
  record Row(String model, String pooler, List<TransferResult> results) {}

  TransferReport(BenchmarkOptions.Mode mode, TransferSettings settings) {
    this.mode = mode;
    this.settings = settings;
  }

  void add(Row row) {
    rows.add(row);
  }

  /**
   * Returns the report.
   *
   * @param details whether to show both accuracies of every task, and F1
   */
  Report report(TransferSuite suite, boolean details) {
    List<Table> tables = new ArrayList<>(List.of(summary()));
    if (details) {
      tables.add(details());
    }
    return new Report(tables, notes(suite), records(), Map.of("transfer", json(suite)));
  }

  private ToDoubleFunction<TransferResult> figure() {
    return mode == BenchmarkOptions.Mode.DEV
        ? TransferResult::devAccuracy
        : TransferResult::accuracy;
  }

  private boolean several() {
    return rows.size() > 1;
  }

  private Table summary() {
    List<String> columns = new ArrayList<>(several() ? LABELS : List.of());
    rows.get(0).results().forEach(result -> columns.add(result.task().name()));
    columns.add("Avg.");
    List<List<Object>> cells = new ArrayList<>();
    for (Row row : rows) {
      List<Object> line =
          new ArrayList<>(several() ? List.of(row.model(), row.pooler()) : List.of());
      row.results().forEach(result -> line.add(100 * figure().applyAsDouble(result)));
      line.add(TransferResult.meanOfPrinted(row.results(), figure()));
      cells.add(line);
    }
    String title =
        "Transfer, %s: accuracy x 100; %d folds, %s, seed %d"
            .formatted(
                mode == BenchmarkOptions.Mode.DEV ? "validation" : "test",
                settings.folds(),
                settings.optimizer() == TransferSettings.Optimizer.ADAM ? "Adam" : "RMSprop",
                settings.seed());
    return new Table(title, columns, cells);
  }

  private Table details() {
    List<String> columns =
        List.of("task", "dev accuracy", "accuracy", "F1", "dev texts", "test texts");
    return several()
        ? new Table("Transfer tasks", concatenated(LABELS, columns), figures(100, true))
        : new Table("Transfer tasks", columns, figures(100, false));
  }

  private Table records() {
    List<String> columns =
        List.of("task", "dev_accuracy", "accuracy", "f1", "dev_size", "test_size");
    return new Table("", concatenated(LABELS, columns), figures(1, true));
  }

  /** Returns one line per model and task; a task without F1 has an empty cell. */
  private List<List<Object>> figures(double scale, boolean labelled) {
    List<List<Object>> lines = new ArrayList<>();
    for (Row row : rows) {
      for (TransferResult result : row.results()) {
        List<Object> line =
            List.of(
                result.task().name(),
                scale * result.devAccuracy(),
                scale * result.accuracy(),
                result.f1().isPresent() ? scale * result.f1().getAsDouble() : "",
                result.devSize(),
                result.testSize());
        lines.add(labelled ? concatenated(List.of(row.model(), row.pooler()), line) : line);
      }
    }
    return lines;
  }

  private static <T> List<T> concatenated(List<? extends T> first, List<? extends T> second) {
    return Stream.<T>concat(first.stream(), second.stream()).toList();
  }

  private List<String> notes(TransferSuite suite) {
    List<String> notes = new ArrayList<>();
    if (!several()) {
      notes.add(
          String.format(
              Locale.ROOT,
              "Avg. of the transfer tasks is the mean of the figures as printed; the exact mean is %.4f.",
              100 * TransferResult.mean(rows.get(0).results(), figure())));
    }
    notes.add(
        "%d distinct texts of transfer tasks were embedded, for %d in all."
            .formatted(suite.texts(), suite.occurrences()));
    return notes;
  }

  private Map<String, Object> json(TransferSuite suite) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("mode", mode.name().toLowerCase(Locale.ROOT));
    json.put("folds", settings.folds());
    json.put("optimizer", settings.optimizer().name().toLowerCase(Locale.ROOT));
    json.put("seed", settings.seed());
    json.put("texts_in_tasks", suite.occurrences());
    json.put("texts_embedded", suite.texts());
    json.put("models", rows.stream().map(this::json).toList());
    return json;
  }

  private Map<String, Object> json(Row row) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", row.model());
    json.put("pooler", row.pooler());
    json.put("average", TransferResult.mean(row.results(), figure()));
    json.put("average_of_printed", TransferResult.meanOfPrinted(row.results(), figure()));
    List<Object> tasks = new ArrayList<>();
    for (TransferResult result : row.results()) {
      Map<String, Object> task = new LinkedHashMap<>();
      task.put("task", result.task().name());
      task.put("dev_accuracy", result.devAccuracy());
      task.put("accuracy", result.accuracy());
      result.f1().ifPresent(f1 -> task.put("f1", f1));
      task.put("dev_size", result.devSize());
      task.put("test_size", result.testSize());
      tasks.add(task);
    }
    json.put("tasks", tasks);
    return json;
  }
}
