package org.simcse.core.evaluate;

import java.util.Arrays;
import org.apache.commons.statistics.ranking.NaturalRanking;
import org.apache.commons.statistics.ranking.TiesStrategy;

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
    if (x.length < 2 || hasNan(x) || hasNan(y)) {
      return Double.NaN;
    }
    double[] a = centredRanks(x);
    double[] b = centredRanks(y);
    // The centred ranks of a constant list are exactly 0, so that this is 0 / 0.
    return Math.max(-1, Math.min(1, dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))));
  }

  private static boolean hasNan(double[] values) {
    return Arrays.stream(values).anyMatch(Double::isNaN);
  }

  /** Returns multiples of one half, so that sums of their products are exact. */
  private static double[] centredRanks(double[] values) {
    double[] ranks = new NaturalRanking(TiesStrategy.AVERAGE).apply(values);
    double mean = (values.length + 1) / 2.0;
    return Arrays.stream(ranks).map(rank -> rank - mean).toArray();
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
