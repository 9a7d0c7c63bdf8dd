package org.simcse.cli.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws lines over the steps of a training run.
 *
 * @param title the title of the chart
 * @param left the left axis
 * @param right the right axis, for lines on another scale
 */
record LineChart(String title, Axis left, Optional<Axis> right) {
  /** Longer lines are averaged down to this many points: more would be a band, not a line. */
  private static final int MOST_POINTS = 400;

  /** A vertical axis with its lines. */
  record Axis(String title, List<Line> lines) {}

  /** A line: values by step, at least one. */
  record Line(String name, NavigableMap<Long, Double> values) {}

  /**
   * Draws a PNG of 1200 by 800 pixels.
   *
   * @throws org.simcse.api.error.SimCseException if the file cannot be written
   */
  void write(Path file) {
    ChartStyle.write(chart(), file);
  }

  private XYChart chart() {
    XYChart chart = ChartStyle.chart(title, "step");
    chart.getStyler().setXAxisTickLabelsFormattingFunction(LineChart::steps);
    chart.getStyler().setYAxisTickMarkSpacingHint(60);
    chart.getStyler().setXAxisMin(0.0);
    add(chart, left, 0);
    right.ifPresent(
        axis -> {
          add(chart, axis, 1);
          XYStyler styler = chart.getStyler();
          styler.setYAxisGroupPosition(1, Styler.YAxisPosition.Right);
          colour(styler, 0, ChartStyle.colour(0));
          colour(styler, 1, ChartStyle.colour(left.lines().size()));
        });
    return chart;
  }

  /** Gives one of two axes the colour of its first line, to show which lines are on its scale. */
  private static void colour(XYStyler styler, int group, Color colour) {
    styler.setYAxisGroupTitleColor(group, colour);
    styler.setYAxisGroupTickLabelsColorMap(group, colour);
  }

  /** Formats a step as 500, 1.5k or 10k: short, so that labels do not overlap. */
  private static String steps(double step) {
    DecimalFormat plain = new DecimalFormat("#.###", DecimalFormatSymbols.getInstance(Locale.ROOT));
    return step < 1000 ? plain.format(step) : plain.format(step / 1000) + "k";
  }

  private static void add(XYChart chart, Axis axis, int group) {
    chart.setYAxisGroupTitle(group, axis.title());
    for (Line line : axis.lines()) {
      int size = line.values().size();
      int mean = (size + MOST_POINTS - 1) / MOST_POINTS;
      XYSeries series =
          chart.addSeries(
              mean == 1 ? line.name() : "%s (means of %d)".formatted(line.name(), mean),
              means(line.values().keySet(), mean),
              means(line.values().values(), mean));
      series.setYAxisGroup(group);
      series.setLineStyle(new BasicStroke(2.5f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
      // A single point would draw no line.
      series.setMarker(size == 1 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
    }
  }

  /** Returns the mean of each {@code size} neighbouring values; the last group may be smaller. */
  private static double[] means(Collection<? extends Number> values, int size) {
    double[] numbers = values.stream().mapToDouble(Number::doubleValue).toArray();
    return IntStream.range(0, (numbers.length + size - 1) / size)
        .mapToDouble(
            group ->
                Arrays.stream(numbers, group * size, Math.min(group * size + size, numbers.length))
                    .average()
                    .orElseThrow())
        .toArray();
  }
}
