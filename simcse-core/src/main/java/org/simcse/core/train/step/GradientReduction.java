package org.simcse.core.train.step;

/** How the gradients of several ranks are reduced to one. */
public enum GradientReduction {
  /**
   * Their sum, which is the gradient of one process with the rows of all ranks. An auxiliary term
   * is the mean over the targets of all ranks.
   */
  SUM,
  /**
   * The sum divided by the number of ranks, as the original SimCSE trains under PyTorch's
   * DistributedDataParallel: every rank differentiates the loss across all rows with respect to its
   * own rows only, so that the contrastive gradient is that of one process divided by the number of
   * ranks. An auxiliary term is the mean of the ranks' own means.
   */
  MEAN
}
