package org.simcse.api;

import java.util.List;
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

  /**
   * The columns of the data that the loss reads: none unless overridden. A head that builds on
   * another names that one's too. Training on data without them is refused.
   */
  default List<Column> columns() {
    return List.of();
  }

  /** The loss across all rows of all ranks. */
  LossTerms loss(ForwardPass pass, Views projected);
}
