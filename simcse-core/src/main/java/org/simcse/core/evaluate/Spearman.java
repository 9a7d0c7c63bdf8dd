package org.simcse.core.evaluate;

import java.util.Arrays;

/**
 * Spearman's rank correlation: Pearson's correlation of the ranks, where ties get their average
 * rank, as in {@code scipy.stats.spearmanr}. Thread-safe.
 *
 * @since 0.1.0
 */
public final class Spearman {
  private Spearman() {}

  /**
   * Returns the correlation of two lists of numbers, in [-1, 1].
   *
   * @return the correlation; NaN if it is undefined: a list is constant, has fewer than two
   *     numbers, or contains NaN
   * @throws IllegalArgumentException if the lists differ in length
   */
  public static double correlation(double[] x, double[] y) {
    if (x.length != y.length) {
      throw new IllegalArgumentException(
          "%d numbers cannot be correlated with %d.".formatted(x.length, y.length));
    }
    if (hasNan(x) || hasNan(y)) {
      return Double.NaN;
    }
    int[] once = new int[x.length];
    Arrays.fill(once, 1);
    return correlation(new Ranks(x).centred(once), new Ranks(y).centred(once), once);
  }

  /** Returns the correlation of two lists of centred ranks whose elements are repeated. */
  static double correlation(double[] a, double[] b, int[] counts) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < counts.length; i++) {
      ab += counts[i] * a[i] * b[i];
      aa += counts[i] * a[i] * a[i];
      bb += counts[i] * b[i] * b[i];
    }
    // The centred ranks of a constant list are exactly 0, so that this is 0 / 0.
    return Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb)));
  }

  static boolean hasNan(double[] values) {
    return Arrays.stream(values).anyMatch(Double::isNaN);
  }
}
