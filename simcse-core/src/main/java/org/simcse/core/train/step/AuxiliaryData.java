package org.simcse.core.train.step;

/**
 * What an auxiliary term reads of a batch, on the host: one entry a sequence, before padding.
 *
 * <p>The term is the mean over all targets of the step, of whatever micro-batch and rank; a step
 * without targets contributes 0.
 *
 * @param ids the token ids that the term encodes, as many as the sequence has: some are masked
 * @param positions the positions within the sequence where the term looks; there may be none
 * @param targets what it wants to see there, as many
 */
public record AuxiliaryData(int[][] ids, int[][] positions, int[][] targets) {
  /** Checks that there are as many targets as positions. */
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

  /** The number of targets of the sequences from {@code from} up to but without {@code to}. */
  int targets(int from, int to) {
    int count = 0;
    for (int i = from; i < to; i++) {
      count += targets[i].length;
    }
    return count;
  }
}
