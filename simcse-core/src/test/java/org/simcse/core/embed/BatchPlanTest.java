package org.simcse.core.embed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchPlanTest {
  private static final int RUN = 16;

  @Test
  void everyTextIsInOneBatchAndTheLongestAreFirst() {
    int[] lengths = new Random(1).ints(500, 1, 129).toArray();
    List<List<Integer>> batches = BatchPlan.of(lengths, 512, 2);
    assertThat(batches.stream().flatMap(List::stream))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 500).boxed().toList());
    assertThat(batches.stream().flatMap(List::stream).map(i -> -lengths[i]).toList()).isSorted();
  }

  /** If a run costs as much as 16 tokens, batches never cost more than their texts one by one. */
  @Test
  void aBatchHasNoMorePaddingThanARunCosts() {
    for (int seed = 0; seed < 50; seed++) {
      int[] lengths = new Random(seed).ints(1 + seed, 1, 129).toArray();
      long batched = 0;
      for (List<Integer> batch : BatchPlan.of(lengths, 1024, 2)) {
        int longest = batch.stream().mapToInt(i -> lengths[i]).max().orElseThrow();
        batched += RUN + (long) longest * batch.size();
      }
      long alone = Arrays.stream(lengths).mapToLong(length -> RUN + length).sum();
      assertThat(batched).as("seed %d", seed).isLessThanOrEqualTo(alone);
    }
  }

  @Test
  void aBatchHoldsAsManyTokensAsAllowed() {
    int[] lengths = new int[300];
    Arrays.fill(lengths, 10);
    assertThat(BatchPlan.of(lengths, 512, 2))
        .extracting(List::size)
        .containsExactly(51, 51, 51, 51, 51, 45);
  }

  @Test
  void fewTextsAreSharedByTheWorkersUnlessTheyAreVeryFew() {
    int[] lengths = new int[40];
    Arrays.fill(lengths, 10);
    assertThat(BatchPlan.of(lengths, 512, 2)).extracting(List::size).containsExactly(20, 20);
    assertThat(BatchPlan.of(Arrays.copyOf(lengths, 12), 512, 4)).hasSize(1);
  }

  @Test
  void aTextThatIsLongerThanABatchIsABatchByItself() {
    assertThat(BatchPlan.of(new int[] {700, 3, 700}, 512, 2))
        .containsExactly(List.of(0), List.of(2), List.of(1));
  }
}
