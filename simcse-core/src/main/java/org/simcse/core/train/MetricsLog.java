package org.simcse.core.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.simcse.api.error.CheckpointException;
import org.simcse.core.io.AtomicFile;
import org.simcse.core.train.run.RunDirectory;

/**
 * Writes {@code metrics.jsonl}, one object per line, during the run, and {@code curves.csv} with
 * the same numbers at its end. Steps between two lines are averaged.
 */
final class MetricsLog implements TrainingListener {
  static final String FILE = RunDirectory.METRICS;
  static final String CURVES = RunDirectory.CURVES;
  private static final String PENDING = "pending";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;
  private final long every;
  private final List<StepReport> steps = new ArrayList<>();

  MetricsLog(Path directory, long every) {
    this.directory = directory;
    this.every = every;
  }

  /** Removes the lines of steps after the checkpoint: they will be repeated. */
  @Override
  public void started(RunInfo run) {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return;
    }
    String kept =
        read(file).stream()
            .filter(line -> ((Number) line.getOrDefault("step", 0)).longValue() <= run.stepsDone())
            .map(MetricsLog::json)
            .collect(Collectors.joining());
    AtomicFile.write(file, out -> out.write(kept.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public void stepped(StepReport step) {
    steps.add(step);
    if (step.step() % every != 0 && step.step() != step.steps()) {
      return;
    }
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("step", step.step());
    line.put("epoch", step.epoch());
    for (String term : step.terms().keySet()) {
      line.put(
          term.equals("loss") ? term : "loss/" + term,
          steps.stream().mapToDouble(s -> s.terms().getOrDefault(term, 0.0)).average().orElse(0));
    }
    line.put("learning_rate", step.learningRate());
    line.put("grad_norm", steps.stream().mapToDouble(StepReport::gradientNorm).average().orElse(0));
    line.put(
        "rows_per_second",
        steps.stream().mapToInt(StepReport::rows).sum()
            / steps.stream().mapToDouble(StepReport::seconds).sum());
    append(line);
    steps.clear();
  }

  @Override
  public void evaluated(EvaluationReport evaluation) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("step", evaluation.step());
    line.putAll(evaluation.metrics());
    append(line);
  }

  /**
   * Returns the steps that are not logged yet: the next line is their mean, even if the run is
   * interrupted.
   */
  @Override
  public Map<String, String> state() {
    try {
      return Map.of(PENDING, JSON.writeValueAsString(steps));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void restore(Map<String, String> state) {
    try {
      steps.addAll(
          JSON.readValue(
              state.getOrDefault(PENDING, "[]"), new TypeReference<List<StepReport>>() {}));
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          "The checkpoint's state of the log is damaged: " + e.getOriginalMessage(), e);
    }
  }

  private void append(Map<String, Object> line) {
    Path file = directory.resolve(FILE);
    try (BufferedWriter writer =
        Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      writer.write(json(line));
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be written: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static String json(Map<String, Object> line) {
    try {
      return JSON.writeValueAsString(line) + "\n";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the lines of a log. */
  static List<Map<String, Object>> read(Path file) {
    List<Map<String, Object>> lines = new ArrayList<>();
    try {
      List<String> texts = Files.readAllLines(file);
      for (int i = 0; i < texts.size(); i++) {
        try {
          lines.add(
              JSON.readValue(texts.get(i), new TypeReference<LinkedHashMap<String, Object>>() {}));
        } catch (JsonProcessingException e) {
          if (i
              < texts.size() - 1) { // a last line that is cut was being written when it was killed
            throw e;
          }
        }
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  @Override
  public void ended(TrainingResult result) {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return;
    }
    List<Map<String, Object>> lines = read(file);
    TreeSet<String> columns = new TreeSet<>();
    lines.forEach(line -> columns.addAll(line.keySet()));
    columns.remove("step");
    StringBuilder csv = new StringBuilder("step," + String.join(",", columns) + "\n");
    for (Map<String, Object> line : lines) {
      csv.append(line.get("step"));
      columns.forEach(column -> csv.append(',').append(line.getOrDefault(column, "")));
      csv.append('\n');
    }
    AtomicFile.write(
        directory.resolve(CURVES),
        out -> out.write(csv.toString().getBytes(StandardCharsets.UTF_8)));
  }
}
