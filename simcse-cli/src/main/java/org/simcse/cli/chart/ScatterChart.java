package org.simcse.cli.chart;

import java.awt.Color;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.simcse.core.evaluate.ScoredCosines;
import org.simcse.core.evaluate.StsResult;

/**
 * Draws the human scores of pairs against the cosines of their vectors.
 *
 * @param sets the pairs of each set, by name
 */
public record ScatterChart(List<Points> sets) {
  /** More points would be a surface, so that every nth is drawn. */
  private static final int MOST_POINTS = 1500;

  /** A set of pairs. */
  public record Points(String name, ScoredCosines pairs) {}

  /** Returns the chart of STS results. */
  public static ScatterChart of(List<StsResult> results) {
    return new ScatterChart(
        results.stream().map(result -> new Points(result.task(), result.all())).toList());
  }

  /**
   * Draws a PNG of 1200 by 800 pixels.
   *
   * @throws org.simcse.api.error.SimCseException if the file cannot be written
   */
  public void write(Path file) {
    boolean thinned = sets.stream().anyMatch(points -> points.pairs().size() > MOST_POINTS);
    XYChart chart =
        ChartStyle.chart(
            "Human scores and cosines"
                + (thinned ? ", of at most " + MOST_POINTS + " pairs per set" : ""),
            "cosine");
    chart.setYAxisTitle("human score");
    for (int i = 0; i < sets.size(); i++) {
      add(chart, i, sets.get(i));
    }
    chart.getStyler().setXAxisMax(1.0);
    ChartStyle.write(chart, file);
  }

  private static void add(XYChart chart, int number, Points points) {
    Color colour = ChartStyle.colour(number);
    ScoredCosines pairs = points.pairs();
    int step = (pairs.size() + MOST_POINTS - 1) / MOST_POINTS;
    XYSeries series =
        chart.addSeries(
            Integer.toString(number), // two models may have one name
            every(step, pairs.cosines()),
            every(step, pairs.scores()));
    series.setLabel(points.name());
    series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    series.setMarker(SeriesMarkers.CIRCLE);
    // Transparent, so that dense regions show.
    series.setMarkerColor(new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), 90));
  }

  private static double[] every(int step, double[] values) {
    List<Double> chosen = new ArrayList<>();
    for (int i = 0; i < values.length; i += step) {
      chosen.add(values[i]);
    }
    return chosen.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
