package org.simcse.cli;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.io.IOException;
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
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.simcse.core.io.AtomicFile;

/**
 * Lines over the steps of a training run.
 *
 * @param title what stands above
 * @param left the axis on the left
 * @param right the axis on the right, for lines of another scale
 */
record LineChart(String title, Axis left, Optional<Axis> right) {
  private static final int WIDTH = 1200;
  private static final int HEIGHT = 800;

  /** Of more points than this, neighbours are averaged: more would be a band, not a line. */
  private static final int MOST_POINTS = 400;

  /** Okabe and Ito's colours, which the colour-blind can tell apart. */
  private static final Color[] COLOURS = {
    new Color(0x0072B2),
    new Color(0xD55E00),
    new Color(0x009E73),
    new Color(0xCC79A7),
    new Color(0xE69F00),
    new Color(0x56B4E9)
  };

  private static final Color GRID = new Color(0xDDDDDD);

  static {
    System.setProperty("java.awt.headless", "true"); // else a desktop would be asked for
  }

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
    BufferedImage image = BitmapEncoder.getBufferedImage(chart());
    AtomicFile.write(
        file,
        output -> {
          if (!ImageIO.write(image, "png", output)) {
            throw new IOException("this Java runtime cannot write PNG");
          }
        });
  }

  private XYChart chart() {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("step")
            .theme(Styler.ChartTheme.Matlab)
            .build();
    style(chart.getStyler());
    chart.getStyler().setXAxisMin(0.0);
    add(chart, left, 0);
    right.ifPresent(
        axis -> {
          add(chart, axis, 1);
          XYStyler styler = chart.getStyler();
          styler.setYAxisGroupPosition(1, Styler.YAxisPosition.Right);
          colour(styler, 0, COLOURS[0]);
          colour(styler, 1, COLOURS[left.lines().size() % COLOURS.length]);
        });
    return chart;
  }

  /** Gives one of two axes the colour of its first line, so that it is seen whose scale it is. */
  private static void colour(XYStyler styler, int group, Color colour) {
    styler.setYAxisGroupTitleColor(group, colour);
    styler.setYAxisGroupTickLabelsColorMap(group, colour);
  }

  private static void style(XYStyler styler) {
    styler.setSeriesColors(COLOURS);
    styler.setLocale(Locale.ROOT);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setChartTitleFont(font(Font.BOLD, 24));
    styler.setChartTitlePadding(16);
    styler.setAxisTitleFont(font(Font.PLAIN, 18));
    styler.setAxisTickLabelsFont(font(Font.PLAIN, 16));
    styler.setLegendFont(font(Font.PLAIN, 16));
    styler.setLegendPosition(Styler.LegendPosition.OutsideS);
    styler.setLegendLayout(Styler.LegendLayout.Horizontal);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setLegendPadding(14);
    styler.setPlotGridLinesColor(GRID);
    styler.setPlotGridLinesStroke(new BasicStroke(1));
    styler.setChartPadding(24);
    styler.setPlotMargin(0);
    styler.setXAxisTickLabelsFormattingFunction(LineChart::steps);
    styler.setYAxisTickMarkSpacingHint(60);
  }

  /** 500, 1.5k, 10k: short, so that labels do not touch. */
  private static String steps(double step) {
    DecimalFormat plain = new DecimalFormat("#.###", DecimalFormatSymbols.getInstance(Locale.ROOT));
    return step < 1000 ? plain.format(step) : plain.format(step / 1000) + "k";
  }

  private static Font font(int weight, int size) {
    return new Font(Font.SANS_SERIF, weight, size);
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
      // A single point would be no line.
      series.setMarker(size == 1 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
    }
  }

  /** The mean of each {@code size} neighbours; the last may be of fewer. */
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
