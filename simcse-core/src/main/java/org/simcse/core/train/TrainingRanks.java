package org.simcse.core.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.simcse.api.DistributedGather;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.error.TrainingException;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.evaluate.Evaluation;
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

  /** Returns whether there is more than one rank. */
  boolean several() {
    return gather.worldSize() > 1;
  }

  /** Returns whether this rank writes the run's output. */
  boolean first() {
    return gather.rank() == 0;
  }

  /** Returns the index of this rank's first row among the rows of a batch. */
  int from(int rows) {
    return from(rows, gather.rank());
  }

  private int from(int rows, int rank) {
    return (int) ((long) rows * rank / gather.worldSize());
  }

  /** Returns the index after this rank's last row. */
  int to(int rows) {
    return from(rows, gather.rank() + 1);
  }

  /** Returns the number of ranks. */
  int count() {
    return gather.worldSize();
  }

  /**
   * Embeds texts, of which each rank takes its slice.
   *
   * @param own embeds on this rank
   * @return the vectors of all texts, in order, the same bits on every rank
   */
  float[][] embed(List<String> texts, Evaluation.Embedding own) {
    if (texts.size() < gather.worldSize() || !several()) {
      return own.embed(texts);
    }
    float[][] slice = own.embed(texts.subList(from(texts.size()), to(texts.size())));
    int width = slice[0].length;
    int most = (texts.size() + gather.worldSize() - 1) / gather.worldSize();
    float[] rows = new float[most * width]; // as many on every rank
    for (int i = 0; i < slice.length; i++) {
      System.arraycopy(slice[i], 0, rows, i * width, width);
    }
    float[] all = gather.allGather(HostTensor.of(rows, most, width)).toFloats();
    float[][] vectors = new float[texts.size()][];
    for (int rank = 0; rank < gather.worldSize(); rank++) {
      int first = from(texts.size(), rank);
      for (int i = first; i < from(texts.size(), rank + 1); i++) {
        int place = (rank * most + i - first) * width;
        vectors[i] = Arrays.copyOfRange(all, place, place + width);
      }
    }
    return vectors;
  }

  /**
   * Requires that all ranks have the same parameters.
   *
   * @param checksum of this rank's
   * @param step the number of steps done
   * @throws TrainingException naming the ranks whose parameters are not those of the first
   */
  void requireEqual(long checksum, long step) {
    float[] parts = new float[4]; // floats hold 16 bits exactly
    for (int i = 0; i < parts.length; i++) {
      parts[i] = checksum >>> (16 * i) & 0xffff;
    }
    float[] all = gather.allGather(HostTensor.of(parts, 1, parts.length)).toFloats();
    List<Integer> others = new ArrayList<>();
    for (int rank = 1; rank < gather.worldSize(); rank++) {
      if (!Arrays.equals(all, 0, 4, all, 4 * rank, 4 * rank + 4)) {
        others.add(rank);
      }
    }
    if (!others.isEmpty()) {
      throw new TrainingException(
          "After step %d the parameters of the ranks %s are not those of rank 0: their engines, processors or files differ, or memory is damaged. Resume from the last checkpoint, which is rank 0's."
              .formatted(step, others));
    }
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
