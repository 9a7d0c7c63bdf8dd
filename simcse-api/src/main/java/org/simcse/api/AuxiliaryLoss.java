package org.simcse.api;

import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;

/**
 * A loss with its own data, such as masked language modelling.
 *
 * <p>It returns a sum; the host computes the denominator before the step, so that micro-batches and
 * ranks add up to the global mean, and a batch without targets contributes 0.
 *
 * @since 0.1.0
 */
public interface AuxiliaryLoss {
  /**
   * The positions the loss reads and the expected token ids, padded with weight 0 so that M is at
   * least 1.
   *
   * @param indices {@code [M]} ({@code INT}), positions in the flattened batch {@code [B*T]}
   * @param targets {@code [M]} ({@code INT})
   * @param weights {@code [M]} ({@code FLOAT})
   */
  record Targets(Tensor indices, Tensor targets, Tensor weights) {}

  /** Computes the weighted sum over the targets, a scalar. */
  Tensor sum(ForwardPass pass, Encoder encoder, TokenBatch batch, Targets targets);
}
