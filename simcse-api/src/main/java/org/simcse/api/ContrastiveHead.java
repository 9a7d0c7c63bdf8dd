package org.simcse.api;

import java.util.List;
import java.util.OptionalDouble;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;

/**
 * The part after the pooler: a projection of each vector, and the loss across vectors.
 *
 * <p>Two methods, because the gather between ranks, the gradient cache and inference all need the
 * split.
 *
 * @since 0.1.0
 */
public interface ContrastiveHead {
  /**
   * Projects each row independently, in training.
   *
   * <p>At inference a model applies at most one projection, SimCSE's MLP {@code mlp.dense}, and
   * only if its metadata says {@code train-and-test}. Any other projection is discarded with the
   * loss, so that computing vectors does not need the plugin.
   *
   * @param pooled {@code [B, D]}
   * @return {@code [B, P]}
   */
  Tensor project(ForwardPass pass, Tensor pooled);

  /**
   * Returns the columns of the data that the loss reads; by default none. A head that builds on
   * another includes that head's columns. Training on data without them is rejected.
   */
  default List<Column> columns() {
    return List.of();
  }

  /**
   * Returns how many vectors the loss keeps from one step to the next, such as a queue of
   * negatives; by default none.
   *
   * <p>The loss reads those that it has kept as {@link Views#kept} and returns the next ones with
   * {@link LossTerms#keeping}. They are the same on every rank, and checkpoints store them. A head
   * that builds on another includes its own only.
   */
  default int keptRows() {
    return 0;
  }

  /**
   * Returns λ in [0, 1) if the loss reads {@link Views#averaged}: the vectors of a second encoder,
   * whose parameters are an exponential moving average of those in training (He et al. 2020,
   * "Momentum Contrast for Unsupervised Visual Representation Learning", equation 2). They begin
   * equal, and after every step an averaged parameter becomes {@code λ * averaged + (1 - λ) *
   * parameter}.
   */
  default OptionalDouble averaging() {
    return OptionalDouble.empty();
  }

  /** Computes the loss across all rows of all ranks. */
  LossTerms loss(ForwardPass pass, Views projected);
}
