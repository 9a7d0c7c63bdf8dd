package org.simcse.core.embed;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Cuts texts into batches of similar length, the longest first.
 *
 * <p>A batch is padded to its longest text, and padding costs what tokens cost. A run costs
 * something by itself, about as much as some tokens more. So a batch holds no more padding than a
 * run costs: however lengths are mixed, texts in batches take no longer than one by one, and no
 * tokens need to be packed to skip padding.
 */
final class BatchPlan {
  /** What a run costs by itself, in tokens. */
  private static final int RUN = 16;

  /** A batch of fewer tokens is not divided between workers: its weights are read for few rows. */
  private static final int SHARE = 128;

  private BatchPlan() {}

  /**
   * Returns the indices of the texts of each batch.
   *
   * @param lengths the number of tokens of each text, at least 1
   * @param tokens the largest number of tokens in a batch of several texts, padding included
   * @param workers how many batches run at the same time
   */
  static List<List<Integer>> of(int[] lengths, int tokens, int workers) {
    long share = (IntStream.of(lengths).asLongStream().sum() + workers - 1) / workers;
    long most = Math.min(tokens, Math.max(SHARE, share));
    Integer[] sorted = IntStream.range(0, lengths.length).boxed().toArray(Integer[]::new);
    Arrays.sort(sorted, Comparator.comparingInt(i -> -lengths[i]));
    List<List<Integer>> batches = new ArrayList<>();
    for (int from = 0; from < sorted.length; ) {
      int longest = lengths[sorted[from]];
      int to = from + 1;
      int padding = 0;
      while (to < sorted.length && (to + 1 - from) * (long) longest <= most) {
        padding += longest - lengths[sorted[to]];
        if (padding > RUN) {
          break;
        }
        to++;
      }
      batches.add(List.of(sorted).subList(from, to));
      from = to;
    }
    return batches;
  }
}
