package org.simcse.core.evaluate;

import java.util.Arrays;

/**
 * Pearson's correlation coefficient, as in {@code scipy.stats.pearsonr}: the cosine of the two
 * lists' deviations from their means. Thread-safe.
 *
 * @since 0.1.0
 */
public final class Pearson {
  private Pearson() {}

  /**
   * Returns the correlation of two lists of numbers, in [-1, 1].
   *
   * @return the correlation; NaN if it is undefined: a list is constant, has fewer than two
   *     numbers, or contains a number that is not finite
   * @throws IllegalArgumentException if the lists differ in length
   */
  public static double correlation(double[] x, double[] y) {
    if (x.length != y.length) {
      throw new IllegalArgumentException(
          "%d numbers cannot be correlated with %d.".formatted(x.length, y.length));
    }
    // The mean of a constant is not always the constant, so that 0 / 0 cannot be relied on.
    if (x.length < 2 || isConstant(x) || isConstant(y)) {
      return Double.NaN;
    }
    double[] a = scaledDeviations(x);
    double[] b = scaledDeviations(y);
    return Math.max(-1, Math.min(1, dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))));
  }

  private static boolean isConstant(double[] values) {
    return Arrays.stream(values).allMatch(value -> value == values[0]);
  }

  /**
   * Returns deviations from the mean, the largest of size 1, so that no square overflows or
   * vanishes.
   */
  private static double[] scaledDeviations(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double largest = Arrays.stream(values).map(value -> Math.abs(value - mean)).max().orElseThrow();
    return Arrays.stream(values).map(value -> (value - mean) / largest).toArray();
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
