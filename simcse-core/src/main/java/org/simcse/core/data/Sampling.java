package org.simcse.core.data;

import org.simcse.api.error.InvalidInputException;

/**
 * How rows are ordered and grouped into batches.
 *
 * @param batchSize N, the number of rows per batch
 * @param seed the seed that determines the order of every epoch
 * @param shuffle whether rows come in random order, a new one per epoch, or in file order
 * @param shuffleBuffer the number of rows in the shuffle buffer; a file with no more rows is
 *     shuffled uniformly, a larger one only within about that distance
 * @param dropLast whether a last batch with fewer rows is dropped
 * @param batching which rows may be in a batch together
 */
public record Sampling(
    int batchSize,
    long seed,
    boolean shuffle,
    int shuffleBuffer,
    boolean dropLast,
    Batching batching) {
  /** The default size of the shuffle buffer, in rows. */
  public static final int DEFAULT_SHUFFLE_BUFFER = 1_000_000;

  /**
   * Validates the sizes.
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

  /** Returns shuffled batches, including a smaller last one. */
  public static Sampling of(int batchSize, long seed) {
    return new Sampling(batchSize, seed, true, DEFAULT_SHUFFLE_BUFFER, false, Batching.PLAIN);
  }

  /** Returns a copy with rows in file order. */
  public Sampling inFileOrder() {
    return new Sampling(batchSize, seed, false, shuffleBuffer, dropLast, batching);
  }

  /** Returns a copy with another shuffle buffer. */
  public Sampling withShuffleBuffer(int rows) {
    return new Sampling(batchSize, seed, shuffle, rows, dropLast, batching);
  }

  /** Returns a copy that drops a smaller last batch. */
  public Sampling droppingLast() {
    return new Sampling(batchSize, seed, shuffle, shuffleBuffer, true, batching);
  }

  /** Returns a copy without equal texts in a batch. */
  public Sampling withoutDuplicates() {
    return new Sampling(batchSize, seed, shuffle, shuffleBuffer, dropLast, Batching.NO_DUPLICATES);
  }

  /**
   * Returns the number of batches per epoch, which does not depend on the batching: some of those
   * without duplicates may have fewer rows.
   *
   * @param rows the number of rows of the file
   * @throws InvalidInputException if there is none because the only one is dropped
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

  /**
   * Returns the position where a batch can begin: the given one, or the next epoch if no batch is
   * left in its epoch.
   */
  SamplePosition normalized(SamplePosition position, long rows) {
    long left = rows - position.rows();
    return left == 0 || (dropLast && left < batchSize)
        ? new SamplePosition(position.epoch() + 1, 0)
        : position;
  }
}
