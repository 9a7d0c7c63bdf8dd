package org.simcse.core.evaluate;

import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * Figures as tables print them.
 *
 * @since 0.1.0
 */
public final class PrintedFigures {
  private PrintedFigures() {}

  /**
   * Returns the mean of figures rounded to two decimals, which is the average of the reference's
   * tables; NaN if one of them is.
   *
   * @throws java.util.NoSuchElementException if there are none
   */
  public static double mean(DoubleStream figures) {
    return figures
        .map(figure -> Double.parseDouble(String.format(Locale.ROOT, "%.2f", figure)))
        .average()
        .orElseThrow();
  }
}
