package org.simcse.plugins.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.simcse.plugins.losses.PairLoss.term;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.error.InvalidInputException;

class HardnessLossTest {
  private static final double[][] ANCHORS = {
    {0.5, -1, 0.25, 2}, {1, 0, -0.5, 0.75}, {-0.25, 1.5, 1, -1}, {2, 0.5, -1.5, 0.25}
  };
  private static final double[][] POSITIVES = {
    {1, -0.5, 0.5, 1}, {-0.75, 1, 0.25, 0.5}, {0.5, 1, -1, -0.25}, {1.5, 1, -1, -0.5}
  };
  private static final double[][] NEGATIVES = {
    {0.5, 1, -0.25, 1}, {0.25, -1, 0.5, 0.5}, {-1, 0.5, 1, -0.75}, {1, 1, -1.5, 1}
  };

  private static double loss(String head, double[][]... views) {
    return term(PairLoss.terms(PairLoss.head(head), Map.of(), views), "loss");
  }

  /**
   * Values of MultipleNegativesRankingLoss in sentence-transformers 6.2.0 with scale=2,
   * hardness_strength=3 and each hardness_mode.
   */
  @ParameterizedTest
  @CsvSource({"in-batch, 3.2941377", "own, 2.8150785", "all, 3.7479706"})
  void theLossIsThatOfSentenceTransformers(String negatives, double expected) {
    String head = "hardness:beta=3,temperature=0.5,negatives=" + negatives;
    assertThat(loss(head, ANCHORS, POSITIVES, NEGATIVES)).isCloseTo(expected, within(1e-5));
  }

  @ParameterizedTest
  @ValueSource(strings = {"all", "in-batch", "own"})
  void withoutBetaTheLossIsExactlyThatOfSimcse(String negatives) {
    String head = "hardness:beta=0,temperature=0.5,negatives=" + negatives;
    assertThat(loss(head, ANCHORS, POSITIVES, NEGATIVES))
        .isEqualTo(loss("simcse:temperature=0.5", ANCHORS, POSITIVES, NEGATIVES));
    assertThat(loss(head, ANCHORS, POSITIVES))
        .isEqualTo(loss("simcse:temperature=0.5", ANCHORS, POSITIVES));
  }

  @Test
  void aNegativeCountsAsOftenAsItIsHard() {
    // Of a pair with cosine 1 and a hard negative with cosine 0.6, at temperature 1.
    double[][] anchor = {{1, 0}};
    double[][] negative = {{0.6, 0.8}};
    double expected = Math.log1p(Math.exp(2 * 0.6) * Math.exp(0.6 - 1));
    assertThat(loss("hardness:beta=2,temperature=1", anchor, anchor, negative))
        .isCloseTo(expected, within(1e-6));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hardness:beta=-1 | The option beta=-1 of 'hardness' must be at least 0.0 and at most 100.0.",
        "hardness:negatives=hard | The option negatives=hard of 'hardness' must be one of all, in-batch, own.",
      })
  void optionsThatMakeNoSenseAreRefused(String head, String message) {
    assertThatThrownBy(() -> PairLoss.head(head))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(message);
  }
}
