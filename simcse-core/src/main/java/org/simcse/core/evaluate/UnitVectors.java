package org.simcse.core.evaluate;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Vectors scaled to length one; those of zeros stay as they are. Safe for use by several threads.
 */
final class UnitVectors {
  /**
   * {@link #uniformity} compares every two vectors, so that its time grows with the square of their
   * number: 4000 of 768 numbers take two seconds on two cores. Of more than this many, as many are
   * taken at even distances.
   */
  static final int MOST = 4000;

  private final float[][] rows;

  /**
   * Takes vectors {@code [D]}, which stay as they are.
   *
   * @param vectors at least one
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

  /** The mean cosine of all pairs of two of these vectors; NaN if there is one vector only. */
  double meanCosine() {
    double[] sum = new double[rows[0].length];
    double squares = 0;
    for (float[] row : rows) {
      for (int k = 0; k < sum.length; k++) {
        sum[k] += row[k];
      }
      squares += dot(row, row);
    }
    // |x1 + ... + xn|² has every pair twice, and every vector with itself.
    double all = DoubleStream.of(sum).map(value -> value * value).sum();
    return (all - squares) / ((double) rows.length * (rows.length - 1));
  }

  /**
   * The logarithm of the mean of exp(-2 |x - y|²) over all pairs.
   *
   * @param occurrences how often each vector counts
   */
  double uniformity(int[] occurrences) {
    int count = Math.min(rows.length, MOST);
    int[] chosen =
        IntStream.range(0, count).map(i -> (int) ((long) i * rows.length / count)).toArray();
    // Summed in the order of the rows, so that the result does not depend on the threads.
    double[] sums =
        IntStream.range(0, count)
            .parallel()
            .mapToDouble(i -> sum(i, chosen, occurrences))
            .toArray();
    double total = Arrays.stream(chosen).mapToLong(row -> occurrences[row]).sum();
    return Math.log(DoubleStream.of(sums).sum() / (total * (total - 1) / 2));
  }

  /** The terms of one chosen row with itself, if it occurs several times, and with those before. */
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
