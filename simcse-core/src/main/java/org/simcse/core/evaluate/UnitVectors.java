package org.simcse.core.evaluate;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Vectors scaled to length 1; zero vectors stay zero. Thread-safe. */
final class UnitVectors {
  /**
   * {@link #uniformity} compares all pairs, so its time is quadratic in the number of vectors: 4000
   * vectors of size 768 take two seconds on two cores. Of more than this many, as many at even
   * intervals are used.
   */
  static final int MOST = 4000;

  private final float[][] rows;

  /**
   * Creates unit vectors from vectors {@code [D]}, which are not modified.
   *
   * @param vectors at least one vector
   */
  UnitVectors(float[][] vectors) {
    rows = Arrays.stream(vectors).map(UnitVectors::unit).toArray(float[][]::new);
  }

  private static float[] unit(float[] vector) {
    double length = Math.sqrt(dot(vector, vector));
    float[] unit = vector.clone();
    for (int k = 0; k < unit.length && length != 0; k++) {
      unit[k] = (float) (unit[k] / length);
    }
    return unit;
  }

  /** Returns the mean cosine of all pairs of distinct vectors; NaN if there is only one vector. */
  double meanCosine() {
    if (rows.length < 2) {
      return Double.NaN; // by the formula, infinity where the length is not exactly 1
    }
    double[] sum = new double[rows[0].length];
    double squares = 0;
    for (float[] row : rows) {
      for (int k = 0; k < sum.length; k++) {
        sum[k] += row[k];
      }
      squares += dot(row, row);
    }
    // |x1 + ... + xn|² contains every pair twice, and every vector with itself.
    double all = DoubleStream.of(sum).map(value -> value * value).sum();
    return (all - squares) / ((double) rows.length * (rows.length - 1));
  }

  /**
   * Returns the logarithm of the mean of exp(-2 |x - y|²) over all pairs; NaN if there is only one
   * vector, which says nothing about how vectors are spread.
   *
   * @param occurrences the weight of each vector
   */
  double uniformity(int[] occurrences) {
    if (rows.length < 2) {
      return Double.NaN;
    }
    int count = Math.min(rows.length, MOST);
    int[] chosen =
        IntStream.range(0, count).map(i -> (int) ((long) i * rows.length / count)).toArray();
    // Summed in row order, so that the result does not depend on the number of threads.
    double[] sums =
        IntStream.range(0, count)
            .parallel()
            .mapToDouble(i -> sum(i, chosen, occurrences))
            .toArray();
    double total = Arrays.stream(chosen).mapToLong(row -> occurrences[row]).sum();
    return Math.log(DoubleStream.of(sums).sum() / (total * (total - 1) / 2));
  }

  /**
   * Returns the sum over one chosen row with itself, if it occurs several times, and with those
   * before it.
   */
  private double sum(int i, int[] chosen, int[] occurrences) {
    float[] row = rows[chosen[i]];
    double times = occurrences[chosen[i]];
    double sum = (times - 1) / 2;
    for (int j = 0; j < i; j++) {
      double squaredDistance = 2 - 2 * dot(row, rows[chosen[j]]);
      sum += occurrences[chosen[j]] * Math.exp(-2 * squaredDistance);
    }
    return times * sum;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += (double) a[k] * b[k];
    }
    return sum;
  }
}
