package org.simcse.core.train.step;

import org.simcse.core.io.SplitMix64;

/**
 * How a step is computed; its result depends on {@code reduction} alone.
 *
 * @param microBatch the maximal number of rows whose activations are in memory at a time
 * @param reduction how the ranks' gradients are reduced
 * @param keyedDropout whether a sequence's dropout depends on the seed and the sequence's number
 *     alone, so that all micro-batches and ranks draw from the step's own seed; otherwise dropout
 *     depends on the position within the micro-batch, and each micro-batch has its own seed, so
 *     that they do not all drop the same elements
 */
public record StepConfig(int microBatch, GradientReduction reduction, boolean keyedDropout) {
  /** The micro-batch size of a whole batch. */
  public static final int WHOLE = Integer.MAX_VALUE;

  /** Validates the size. */
  public StepConfig {
    if (microBatch < 1) {
      throw new IllegalArgumentException(
          "A micro-batch has at least 1 row, but is to have " + microBatch + ".");
    }
  }

  /** Returns the seed of a micro-batch. */
  long seed(long step, long firstRow) {
    return keyedDropout ? step : step + firstRow * SplitMix64.GAMMA;
  }
}
