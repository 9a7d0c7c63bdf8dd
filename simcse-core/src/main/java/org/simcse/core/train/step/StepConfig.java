package org.simcse.core.train.step;

import org.simcse.core.io.SplitMix64;

/**
 * How a step is computed; what it computes depends on {@code reduction} alone.
 *
 * @param microBatch the most rows whose activations are in memory at a time
 * @param reduction how the ranks' gradients become one
 * @param keyedDropout whether a sequence's dropout depends on the seed and the sequence's number
 *     alone, so that all micro-batches and ranks draw from the step's own seed; otherwise dropout
 *     depends on the place within the micro-batch, and each micro-batch gets a seed of its own,
 *     lest all of them drop the same elements
 */
public record StepConfig(int microBatch, GradientReduction reduction, boolean keyedDropout) {
  /** A micro-batch of any size. */
  public static final int WHOLE = Integer.MAX_VALUE;

  /** Checks the size. */
  public StepConfig {
    if (microBatch < 1) {
      throw new IllegalArgumentException(
          "A micro-batch has at least 1 row, but is to have " + microBatch + ".");
    }
  }

  /** The seed of a micro-batch. */
  long seed(long step, long firstRow) {
    return keyedDropout ? step : step + firstRow * SplitMix64.GAMMA;
  }
}
