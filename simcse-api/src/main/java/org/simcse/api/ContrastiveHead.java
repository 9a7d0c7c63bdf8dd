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
   * Projects each row by itself, in training.
   *
   * <p>At inference a model applies one projection at most, the MLP {@code mlp.dense} of SimCSE,
   * and that where its metadata says {@code train-and-test}. Any other projection is thrown away
   * with the loss; who reads the vectors then needs no plugin.
   *
   * @param pooled {@code [B, D]}
   * @return {@code [B, P]}
   */
  Tensor project(ForwardPass pass, Tensor pooled);

  /** The loss across all rows of all ranks. */
  LossTerms loss(ForwardPass pass, Views projected);
}
