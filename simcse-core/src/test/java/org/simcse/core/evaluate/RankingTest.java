package org.simcse.core.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class RankingTest {
  /**
   * The example of Wikipedia's article on DCG: 3 / log2(2) + 2 / log2(3) + 3 / log2(4) + 0 + 1 /
   * log2(6) + 2 / log2(7) = 6.861, ideally 8.740 because two of the documents that were not found
   * have the grades 3 and 2.
   */
  private static final Ranking GRADED =
      Ranking.of(new int[] {3, 2, 3, 0, 1, 2}, List.of(3, 2, 3, 0, 1, 2, 3, 2));

  @Test
  void gainsAreGradesDiscountedByTheLogarithmOfTheRank() {
    assertThat(GRADED.ndcg(6)).isEqualTo(6.861127 / 8.740262, within(1e-6));
    assertThat(GRADED.ndcg(1)).isEqualTo(1);
    assertThat(GRADED.ndcg(2)).isEqualTo((3 + 2 / 1.5849625) / (3 + 3 / 1.5849625), within(1e-7));
  }

  /** The ideal ranking is cut at k too: ten of twelve relevant documents are a perfect ten. */
  @Test
  void theIdealRankingHasNoMoreThanKDocuments() {
    int[] ones = Collections.nCopies(10, 1).stream().mapToInt(Integer::intValue).toArray();
    assertThat(Ranking.of(ones, Collections.nCopies(12, 1)).ndcg(10)).isEqualTo(1);
  }

  @Test
  void aNegativeGradeIsNoGainAndNotRelevant() {
    Ranking ranking = Ranking.of(new int[] {-2, 0, 1}, List.of(-2, 1));
    assertThat(ranking.ndcg(10)).isEqualTo(1 / 2.0, within(1e-15)); // 1 / log2(4), ideally 1
    assertThat(ranking.reciprocalRank(10)).isEqualTo(1 / 3.0);
    assertThat(ranking.averagePrecision(100)).isEqualTo(1 / 3.0);
    assertThat(ranking.recall(3)).isEqualTo(1);
  }

  @Test
  void theReciprocalRankEndsAtK() {
    int[] second = {0, 1, 1};
    assertThat(Ranking.of(second, List.of(1, 1)).reciprocalRank(10)).isEqualTo(0.5);
    assertThat(Ranking.of(second, List.of(1, 1)).reciprocalRank(2)).isEqualTo(0.5);
    assertThat(Ranking.of(second, List.of(1, 1)).reciprocalRank(1)).isZero();
  }

  /** trec_eval's map_cut: five of seven relevant documents at the ranks 1, 2, 3, 5 and 6. */
  @Test
  void precisionsAreSummedAndDividedByAllRelevantDocuments() {
    assertThat(GRADED.averagePrecision(100))
        .isEqualTo((1 + 1 + 1 + 4 / 5.0 + 5 / 6.0) / 7, within(1e-15));
    assertThat(GRADED.averagePrecision(5)).isEqualTo((1 + 1 + 1 + 4 / 5.0) / 7, within(1e-15));
  }

  @Test
  void recallIsTheShareOfAllRelevantDocuments() {
    assertThat(GRADED.recall(2)).isEqualTo(2 / 7.0);
    assertThat(GRADED.recall(4)).isEqualTo(3 / 7.0);
    assertThat(GRADED.recall(100)).isEqualTo(5 / 7.0);
  }
}
