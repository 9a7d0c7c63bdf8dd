package org.simcse.cli.chart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import org.simcse.core.evaluate.Evaluation;
import org.simcse.core.evaluate.ScoredPairs;

/** Draws charts of a training run from its log, so that they can be redrawn at any time. */
public final class TrainingPlots {
  private static final String TERM = "loss/";
  private static final String LOSS = "loss.png";
  private static final String RATE = "learning_rate.png";
  private static final String STS = "sts_dev.png";
  private static final String SPHERE = "alignment_uniformity.png";
  private static final List<String> NAMES = List.of(LOSS, RATE, STS, SPHERE);

  private TrainingPlots() {}

  /**
   * Writes {@code loss.png}, {@code learning_rate.png}, {@code sts_dev.png} and {@code
   * alignment_uniformity.png}; charts without data are not drawn, and are deleted if an earlier run
   * left them.
   *
   * @param directory an existing directory
   * @return the files written
   * @throws org.simcse.api.error.SimCseException if a file cannot be written
   */
  public static List<Path> write(TrainingCurves curves, Path directory) {
    List<Path> written = new ArrayList<>();
    Map<String, LineChart> charts = charts(curves);
    for (String name : NAMES) {
      Path file = directory.resolve(name);
      LineChart chart = charts.get(name);
      if (chart == null) {
        delete(file);
      } else {
        chart.write(file);
        written.add(file);
      }
    }
    return List.copyOf(written);
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be deleted: " + e.getMessage(), e);
    }
  }

  private static Map<String, LineChart> charts(TrainingCurves curves) {
    Map<String, LineChart> charts = new LinkedHashMap<>();
    chart("Training loss", axis(curves, "loss", losses(curves)), Optional.empty())
        .ifPresent(chart -> charts.put(LOSS, chart));
    chart(
            "Learning rate and gradient norm",
            axis(curves, "learning rate", Map.of("learning_rate", "learning rate")),
            axis(curves, "gradient norm", Map.of("grad_norm", "gradient norm")))
        .ifPresent(chart -> charts.put(RATE, chart));
    chart(
            "Similarity on the development sets",
            axis(curves, "Spearman correlation", correlations(curves)),
            Optional.empty())
        .ifPresent(chart -> charts.put(STS, chart));
    chart(
            "Alignment and uniformity",
            axis(curves, "alignment (lower is better)", Map.of(Evaluation.ALIGNMENT, "alignment")),
            axis(
                curves,
                "uniformity (lower is better)",
                Map.of(Evaluation.UNIFORMITY, "uniformity")))
        .ifPresent(chart -> charts.put(SPHERE, chart));
    return charts;
  }

  private static Map<String, String> correlations(TrainingCurves curves) {
    Map<String, String> names = new LinkedHashMap<>();
    names.put(ScoredPairs.STSB, "STS-B");
    names.put(ScoredPairs.SICKR, "SICK-R");
    if (curves.metrics().keySet().containsAll(names.keySet())) {
      names.put(Evaluation.AVERAGE, "mean of both"); // the mean of one would hide it
    }
    names.put(ScoredPairs.FILE, "own file");
    return names;
  }

  /** Returns the loss, and its terms if there are several. */
  private static Map<String, String> losses(TrainingCurves curves) {
    Map<String, String> names = new LinkedHashMap<>(Map.of("loss", "loss"));
    List<String> terms =
        curves.metrics().keySet().stream().filter(name -> name.startsWith(TERM)).toList();
    if (terms.size() > 1) {
      terms.forEach(name -> names.put(name, name.substring(TERM.length())));
    }
    return names;
  }

  private static Optional<LineChart.Axis> axis(
      TrainingCurves curves, String title, Map<String, String> names) {
    List<LineChart.Line> lines = new ArrayList<>();
    names.forEach(
        (metric, name) -> {
          NavigableMap<Long, Double> values = curves.metric(metric);
          if (!values.isEmpty()) {
            lines.add(new LineChart.Line(name, values));
          }
        });
    return lines.isEmpty() ? Optional.empty() : Optional.of(new LineChart.Axis(title, lines));
  }

  /** Returns a chart with those of its axes that have lines, or an empty result if none has. */
  private static Optional<LineChart> chart(
      String title, Optional<LineChart.Axis> left, Optional<LineChart.Axis> right) {
    return left.isPresent()
        ? Optional.of(new LineChart(title, left.get(), right))
        : right.map(axis -> new LineChart(title, axis, Optional.empty()));
  }
}
