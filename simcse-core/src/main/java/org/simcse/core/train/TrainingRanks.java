package org.simcse.core.train;

import java.util.List;
import java.util.function.Supplier;
import org.simcse.api.DistributedGather;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.train.step.GradientReduction;

/**
 * The ranks of a run, as seen from this one. Every rank reads the same batches and trains on its
 * slice of each; only the first writes.
 *
 * @param gather the gather that connects them
 */
record TrainingRanks(DistributedGather gather) implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(TrainingRanks.class.getName());

  /**
   * Joins the other ranks.
   *
   * @throws InvalidInputException if the settings require what several ranks do not support
   */
  static TrainingRanks join(TrainingSettings config, Supplier<DistributedGather> gather) {
    TrainingRanks ranks = new TrainingRanks(gather.get());
    if (!ranks.several() && config.gradientReduction() != GradientReduction.SUM) {
      LOG.log(System.Logger.Level.WARNING, NO_REDUCTION);
    }
    if (ranks.several() && config.gradientAccumulation() > 1) {
      ranks.close();
      throw new InvalidInputException(
          "The setting gradient-accumulation is %d, but several ranks accumulate no gradients. Use a larger batch-size with the setting micro-batch."
              .formatted(config.gradientAccumulation()));
    }
    return ranks;
  }

  /** The warning if gradient reduction is set for a single rank. */
  static final String NO_REDUCTION =
      "The setting gradient-reduction changes nothing: the run has one rank. Choose ranks with the setting gather.";

  private boolean several() {
    return gather.worldSize() > 1;
  }

  /** Returns whether this rank writes the run's output. */
  boolean first() {
    return gather.rank() == 0;
  }

  /** Returns the index of this rank's first row among the rows of a batch. */
  int from(int rows) {
    return (int) ((long) rows * gather.rank() / gather.worldSize());
  }

  /** Returns the index after this rank's last row. */
  int to(int rows) {
    return (int) ((long) rows * (gather.rank() + 1) / gather.worldSize());
  }

  /** Waits until all ranks have called this method. */
  void meet() {
    if (several()) {
      gather.barrier();
    }
  }

  /** Returns whether the condition holds on any rank; all ranks must call this method together. */
  boolean any(boolean here) {
    if (!several()) {
      return here;
    }
    HostTensor count = HostTensor.of(new float[] {here ? 1 : 0}, 1);
    gather.allReduceSum(List.of(count));
    return count.at(0) > 0;
  }

  /** Ends the other ranks as well. */
  void failed(String why) {
    if (several()) {
      gather.abort(1, why);
    }
  }

  @Override
  public void close() {
    gather.close();
  }
}
