package org.simcse.core.train.step;

/**
 * The inputs of an auxiliary term for a batch, on the host: one entry per sequence, before padding.
 *
 * <p>The term is the mean over all targets of the step, across micro-batches and ranks; a step
 * without targets contributes 0.
 *
 * @param ids token ids to encode, as many as the sequence has, some of them masked
 * @param positions indices within the sequence where the term predicts; may be empty
 * @param targets the expected token ids there, one per index
 */
public record AuxiliaryData(int[][] ids, int[][] positions, int[][] targets) {
  /** Validates that there are as many targets as positions. */
  public AuxiliaryData {
    if (positions.length != ids.length || targets.length != ids.length) {
      throw new IllegalArgumentException(
          "There are the ids of %d sequences, the positions of %d and the targets of %d."
              .formatted(ids.length, positions.length, targets.length));
    }
    for (int i = 0; i < ids.length; i++) {
      if (positions[i].length != targets[i].length) {
        throw new IllegalArgumentException(
            "Sequence %d has %d positions but %d targets."
                .formatted(i, positions[i].length, targets[i].length));
      }
    }
  }

  /**
   * Returns the number of targets of the sequences {@code from} (inclusive) to {@code to}
   * (exclusive).
   */
  int targets(int from, int to) {
    int count = 0;
    for (int i = from; i < to; i++) {
      count += targets[i].length;
    }
    return count;
  }
}
