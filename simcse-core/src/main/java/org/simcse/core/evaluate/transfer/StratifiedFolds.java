package org.simcse.core.evaluate.transfer;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Divides rows into folds that have all classes in the same proportions, in the way of
 * scikit-learn's {@code StratifiedKFold} with {@code shuffle}, so that a seed gives its folds.
 */
final class StratifiedFolds {
  private StratifiedFolds() {}

  /**
   * Rows to train on, and the others.
   *
   * @param train the rows of all folds but one
   * @param test the rows of that fold
   */
  record Fold(Rows train, Rows test) {}

  /** Returns the folds; the rows of each keep their order. */
  static List<Fold> of(Rows rows, int count, int seed) {
    int[] folds = assign(rows.labels(), count, seed);
    return IntStream.range(0, count)
        .mapToObj(
            fold ->
                new Fold(
                    rows.at(where(folds, other -> other != fold)),
                    rows.at(where(folds, other -> other == fold))))
        .toList();
  }

  private static int[] where(int[] folds, IntPredicate condition) {
    return IntStream.range(0, folds.length).filter(i -> condition.test(folds[i])).toArray();
  }

  /** Returns the fold of each row. */
  static int[] assign(int[] labels, int count, int seed) {
    MersenneTwister random = new MersenneTwister(seed);
    int[] folds = new int[labels.length];
    int before = 0; // rows of the classes so far
    for (int label : Arrays.stream(labels).distinct().toArray()) { // in order of appearance
      int[] rows = where(labels, other -> other == label);
      // With rows sorted by class and dealt out in turn, these are the folds of this class's rows.
      int[] dealt = IntStream.range(before, before + rows.length).map(i -> i % count).toArray();
      Arrays.sort(dealt);
      random.shuffle(dealt);
      for (int i = 0; i < rows.length; i++) {
        folds[rows[i]] = dealt[i];
      }
      before += rows.length;
    }
    return folds;
  }
}
