package org.simcse.api;

import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;

/**
 * What comes after the pooler: a projection of each vector, and the loss across vectors.
 *
 * <p>Two methods because the gather between ranks, the gradient cache and inference all cut between
 * them.
 */
public interface ContrastiveHead {
  /**
   * Projects each row by itself; at inference too where the model says so.
   *
   * @param pooled {@code [B, D]}
   * @return {@code [B, P]}
   */
  Tensor project(ForwardPass pass, Tensor pooled);

  /** The loss across all rows of all ranks. */
  LossTerms loss(ForwardPass pass, Views projected);
}
