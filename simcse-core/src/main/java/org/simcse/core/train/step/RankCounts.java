package org.simcse.core.train.step;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.simcse.api.DistributedGather;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.tensor.HostTensor;

/**
 * The row counts that ranks exchange before a step: each may have a different number of rows, or
 * none.
 *
 * @param rank this rank
 * @param rows the number of rows of each rank
 * @param targetWeights the weight of a target of each auxiliary term, by the term's name
 */
record RankCounts(int rank, int[] rows, Map<String, Double> targetWeights) {
  /**
   * Exchanges counts with the other ranks, if any.
   *
   * @throws InvalidInputException if no rank has a row
   */
  static RankCounts reach(
      TrainingModel model,
      TrainingBatch batch,
      DistributedGather gather,
      GradientReduction reduction) {
    List<Auxiliary> terms = model.auxiliaries();
    int[][] counts = gathered(counts(model, batch), gather); // one row per rank: rows, targets…
    int[] rows = Arrays.stream(counts).mapToInt(rank -> rank[0]).toArray();
    if (Arrays.stream(rows).sum() == 0) {
      throw new InvalidInputException("The batch of a step has no rows.");
    }
    Map<String, Double> weights = new LinkedHashMap<>();
    for (int i = 0; i < terms.size(); i++) {
      int place = i + 1;
      int targets =
          reduction == GradientReduction.MEAN
              ? counts[gather.rank()][place]
              : Arrays.stream(counts).mapToInt(rank -> rank[place]).sum();
      weights.put(terms.get(i).name(), targets == 0 ? 0 : 1.0 / targets);
    }
    return new RankCounts(gather.rank(), rows, weights);
  }

  private static int[] counts(TrainingModel model, TrainingBatch batch) {
    int[] counts = new int[1 + model.auxiliaries().size()];
    int sequences = batch.sequences().size();
    counts[0] = sequences / model.views();
    for (int i = 1; i < counts.length; i++) {
      String name = model.auxiliaries().get(i - 1).name();
      counts[i] = TrainingModel.named(batch.auxiliary(), name).targets(0, sequences);
    }
    return counts;
  }

  private static int[][] gathered(int[] own, DistributedGather gather) {
    if (gather.worldSize() == 1) {
      return new int[][] {own};
    }
    float[] numbers = new float[own.length]; // the element type of a gather; exact up to 2^24
    for (int i = 0; i < own.length; i++) {
      numbers[i] = own[i];
    }
    HostTensor all = gather.allGather(HostTensor.of(numbers, 1, own.length));
    int[][] counts = new int[gather.worldSize()][own.length];
    for (int i = 0; i < all.size(); i++) {
      counts[i / own.length][i % own.length] = (int) all.at(i);
    }
    return counts;
  }

  /**
   * Gathers rows of vectors.
   *
   * @param own this rank's, padded to as many as the largest rank has: {@code [largest * each, P]}
   * @param each how many vectors belong to a row
   * @return those of all ranks in order, without padding: {@code [total, each, P]}
   */
  HostTensor gathered(HostTensor own, int each, DistributedGather gather) {
    int width = Math.toIntExact(own.shape()[1]);
    int row = each * width;
    HostTensor padded = rows.length == 1 ? own : gather.allGather(own);
    HostTensor all = HostRows.zeros(own, total(), each, width);
    for (int of = 0; of < rows.length; of++) {
      HostRows.copy(padded, of * largest() * row, all, first(of) * row, rows[of] * row);
    }
    return all;
  }

  int own() {
    return rows[rank];
  }

  int largest() {
    return Arrays.stream(rows).max().orElseThrow();
  }

  int total() {
    return Arrays.stream(rows).sum();
  }

  /** Returns the number of rows of the ranks before one: the index of its first row among all. */
  int first(int of) {
    return Arrays.stream(rows, 0, of).sum();
  }
}
