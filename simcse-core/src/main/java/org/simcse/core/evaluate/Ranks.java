package org.simcse.core.evaluate;

import java.util.Arrays;

/**
 * The ranks of numbers that may be repeated, where ties get their average rank. Sorts once, so that
 * the ranks of a resample take linear time. Thread-safe.
 */
final class Ranks {
  /** Of each number, the position of its value among the distinct values in ascending order. */
  private final int[] groups;

  private final int distinct;

  /**
   * Sorts numbers.
   *
   * @param values no NaN; -0 equals 0
   */
  Ranks(double[] values) {
    double[] ascending =
        Arrays.stream(values).map(Ranks::withoutSign).sorted().distinct().toArray();
    distinct = ascending.length;
    groups =
        Arrays.stream(values)
            .map(Ranks::withoutSign)
            .mapToInt(value -> Arrays.binarySearch(ascending, value))
            .toArray();
  }

  private static double withoutSign(double value) {
    return value + 0.0; // -0.0 + 0.0 is 0.0
  }

  /**
   * Returns the ranks less their mean: multiples of one half, so that sums of their products are
   * exact. The rank of a number that does not occur means nothing.
   *
   * @param counts how often each number occurs
   */
  double[] centred(int[] counts) {
    int[] sizes = new int[distinct];
    int total = 0;
    for (int i = 0; i < groups.length; i++) {
      sizes[groups[i]] += counts[i];
      total += counts[i];
    }
    double[] ranks = new double[distinct];
    int before = 0;
    for (int group = 0; group < distinct; group++) {
      ranks[group] = before + (sizes[group] - total) / 2.0;
      before += sizes[group];
    }
    double[] centred = new double[groups.length];
    for (int i = 0; i < centred.length; i++) {
      centred[i] = ranks[groups[i]];
    }
    return centred;
  }
}
