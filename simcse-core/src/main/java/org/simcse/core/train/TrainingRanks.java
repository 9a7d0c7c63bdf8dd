package org.simcse.core.train;

import java.util.List;
import java.util.function.Supplier;
import org.simcse.api.DistributedGather;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.train.step.GradientReduction;

/**
 * The ranks of a run, of which this is one. Every rank reads the same batches and trains on its
 * slice of each; the first alone writes.
 *
 * @param gather joins them
 */
record TrainingRanks(DistributedGather gather) implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(TrainingRanks.class.getName());

  /**
   * Joins the other ranks.
   *
   * @throws InvalidInputException if the settings ask for what several ranks cannot do
   */
  static TrainingRanks join(TrainingSettings config, Supplier<DistributedGather> gather) {
    TrainingRanks ranks = new TrainingRanks(gather.get());
    if (!ranks.several() && config.gradientReduction() != GradientReduction.SUM) {
      LOG.log(System.Logger.Level.WARNING, NO_REDUCTION);
    }
    if (ranks.several() && config.gradientAccumulation() > 1) {
      ranks.close();
      throw new InvalidInputException(
          "The setting gradient-accumulation is %d, but several ranks accumulate no gradients. Use a larger batch-size with --micro-batch."
              .formatted(config.gradientAccumulation()));
    }
    return ranks;
  }

  /** What a user should know who sets how the gradients of a single rank are joined. */
  static final String NO_REDUCTION =
      "The setting gradient-reduction changes nothing: the run has one rank. Choose ranks with --gather.";

  private boolean several() {
    return gather.worldSize() > 1;
  }

  /** Whether this rank writes what the run gives. */
  boolean first() {
    return gather.rank() == 0;
  }

  /** The first of this rank's rows among the rows of a batch. */
  int from(int rows) {
    return (int) ((long) rows * gather.rank() / gather.worldSize());
  }

  /** The row after this rank's last. */
  int to(int rows) {
    return (int) ((long) rows * (gather.rank() + 1) / gather.worldSize());
  }

  /** Waits for all ranks. */
  void meet() {
    if (several()) {
      gather.barrier();
    }
  }

  /** Whether this is so on any rank; asked by all of them at once. */
  boolean any(boolean here) {
    if (!several()) {
      return here;
    }
    HostTensor count = HostTensor.of(new float[] {here ? 1 : 0}, 1);
    gather.allReduceSum(List.of(count));
    return count.at(0) > 0;
  }

  /** Ends the other ranks too. */
  void failed(Throwable why) {
    if (several()) {
      gather.abort(1, String.valueOf(why.getMessage()));
    }
  }

  @Override
  public void close() {
    gather.close();
  }
}
