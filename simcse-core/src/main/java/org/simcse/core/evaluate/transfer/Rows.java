package org.simcse.core.evaluate.transfer;

import java.util.Arrays;

/**
 * Features and their classes.
 *
 * @param features {@code [N, D]}, shared with other rows and never changed
 * @param labels {@code [N]}, from 0 to the number of classes
 * @param classes the number of classes
 */
record Rows(float[][] features, int[] labels, int classes) {
  int size() {
    return labels.length;
  }

  int dimension() {
    return features[0].length;
  }

  /** Returns the rows with these indices, in their order. */
  Rows at(int[] indices) {
    return new Rows(
        Arrays.stream(indices).mapToObj(i -> features[i]).toArray(float[][]::new),
        Arrays.stream(indices).map(i -> labels[i]).toArray(),
        classes);
  }
}
