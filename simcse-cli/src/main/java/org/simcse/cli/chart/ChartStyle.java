package org.simcse.cli.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.simcse.core.io.AtomicFile;

/** What all charts have in common: size, fonts, colours, and the format of their files. */
final class ChartStyle {
  private static final int WIDTH = 1200;
  private static final int HEIGHT = 800;

  /** Okabe and Ito's colours, distinguishable by the colour-blind. */
  private static final Color[] COLOURS = {
    new Color(0x0072B2),
    new Color(0xD55E00),
    new Color(0x009E73),
    new Color(0xCC79A7),
    new Color(0xE69F00),
    new Color(0x56B4E9),
    new Color(0x555555)
  };

  private static final Color GRID = new Color(0xDDDDDD);

  static {
    System.setProperty("java.awt.headless", "true"); // AWT would otherwise look for a display
  }

  private ChartStyle() {}

  /** Returns the colour of a series. */
  static Color colour(int series) {
    return COLOURS[series % COLOURS.length];
  }

  /** Returns an empty chart. */
  static XYChart chart(String title, String horizontal) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(horizontal)
            .theme(Styler.ChartTheme.Matlab)
            .build();
    XYStyler styler = chart.getStyler();
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
    return chart;
  }

  private static Font font(int weight, int size) {
    return new Font(Font.SANS_SERIF, weight, size);
  }

  /**
   * Writes a chart as PNG of 1200 by 800 pixels.
   *
   * @throws org.simcse.api.error.SimCseException if the file cannot be written
   */
  static void write(XYChart chart, Path file) {
    BufferedImage image = BitmapEncoder.getBufferedImage(chart);
    AtomicFile.write(
        file,
        output -> {
          if (!ImageIO.write(image, "png", output)) {
            throw new IOException("this Java runtime cannot write PNG");
          }
        });
  }
}
