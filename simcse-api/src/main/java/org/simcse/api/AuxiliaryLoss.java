package org.simcse.api;

import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;

/**
 * A loss with data of its own, such as masked language modelling.
 *
 * <p>It gives a sum; the denominator is known on the host before the step, so that micro-batches
 * and ranks add up to the global mean, and a batch without targets contributes 0.
 */
public interface AuxiliaryLoss {
  /**
   * The positions the loss reads, and the token ids expected there; padded to M of at least 1 with
   * weight 0.
   *
   * @param indices {@code [M]} ({@code INT}), positions in the flattened batch {@code [B*T]}
   * @param targets {@code [M]} ({@code INT})
   * @param weights {@code [M]} ({@code FLOAT})
   */
  record Targets(Tensor indices, Tensor targets, Tensor weights) {}

  /** The weighted sum over the targets, a scalar. */
  Tensor sum(ForwardPass pass, Encoder encoder, TokenBatch batch, Targets targets);
}
