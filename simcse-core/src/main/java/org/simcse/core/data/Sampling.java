package org.simcse.core.data;

import org.simcse.api.error.InvalidInputException;

/**
 * In which order rows become batches.
 *
 * @param batchSize the number N of rows of a batch
 * @param seed what the order of every epoch follows from
 * @param shuffle whether rows come in random order, a new one every epoch, or in the file's
 * @param shuffleBuffer how many rows to shuffle among; a file with no more is shuffled exactly, a
 *     larger one only within about that distance
 * @param dropLast whether a last batch with fewer rows is left out
 */
public record Sampling(
    int batchSize, long seed, boolean shuffle, int shuffleBuffer, boolean dropLast) {
  /** Rows that are shuffled where nothing is said. */
  public static final int DEFAULT_SHUFFLE_BUFFER = 1_000_000;

  /**
   * Checks the sizes.
   *
   * @throws InvalidInputException if one is below 1
   */
  public Sampling {
    if (batchSize < 1) {
      throw new InvalidInputException(
          "The batch size must be at least 1, but it is " + batchSize + ".");
    }
    if (shuffleBuffer < 1) {
      throw new InvalidInputException(
          "The shuffle buffer must hold at least 1 row, but it is " + shuffleBuffer + ".");
    }
  }

  /** Shuffled batches, the last one with what is left. */
  public static Sampling of(int batchSize, long seed) {
    return new Sampling(batchSize, seed, true, DEFAULT_SHUFFLE_BUFFER, false);
  }

  /** The same with the rows in the file's order. */
  public Sampling inFileOrder() {
    return new Sampling(batchSize, seed, false, shuffleBuffer, dropLast);
  }

  /** The same with another buffer. */
  public Sampling withShuffleBuffer(int rows) {
    return new Sampling(batchSize, seed, shuffle, rows, dropLast);
  }

  /** The same without a last batch of fewer rows. */
  public Sampling droppingLast() {
    return new Sampling(batchSize, seed, shuffle, shuffleBuffer, true);
  }

  /**
   * The number of batches in an epoch.
   *
   * @param rows the number of rows of the file
   * @throws InvalidInputException if there is none because the only one is left out
   */
  public long stepsPerEpoch(long rows) {
    long steps = rows / batchSize + (dropLast || rows % batchSize == 0 ? 0 : 1);
    if (steps == 0) {
      throw new InvalidInputException(
          "%d rows are no whole batch of %d, and smaller ones are left out; use a smaller batch."
              .formatted(rows, batchSize));
    }
    return steps;
  }

  /** The position where a batch can begin: this one, or the next epoch if none is left in this. */
  SamplePosition normalized(SamplePosition position, long rows) {
    long left = rows - position.rows();
    return left == 0 || (dropLast && left < batchSize)
        ? new SamplePosition(position.epoch() + 1, 0)
        : position;
  }
}
