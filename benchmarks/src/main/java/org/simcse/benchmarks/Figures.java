package org.simcse.benchmarks;

import java.util.Collection;
import java.util.Locale;

/**
 * Repeated measurements.
 *
 * @param low the smallest
 * @param median the one in the middle
 * @param high the largest
 */
record Figures(double low, double median, double high) {
  static Figures of(Collection<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return new Figures(
        sorted[0],
        (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2,
        sorted[sorted.length - 1]);
  }

  /** The same in another unit. */
  Figures times(double factor) {
    return new Figures(factor * low, factor * median, factor * high);
  }

  /** As {@code median (low-high)}. */
  String text(String format) {
    String all = format + " (" + format + "-" + format + ")";
    return String.format(Locale.ROOT, all, median, low, high);
  }
}
