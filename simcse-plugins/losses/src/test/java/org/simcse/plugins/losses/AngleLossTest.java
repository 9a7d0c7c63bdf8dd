package org.simcse.plugins.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.simcse.plugins.losses.PairLoss.term;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.tensor.HostTensor;

class AngleLossTest {
  private static final double[][] ANCHORS = {
    {0.5, -1, 0.25, 2}, {1, 0, -0.5, 0.75}, {-0.25, 1.5, 1, -1}, {2, 0.5, -1.5, 0.25}
  };
  private static final double[][] POSITIVES = {
    {1, -0.5, 0.5, 1}, {-0.75, 1, 0.25, 0.5}, {0.5, 1, -1, -0.25}, {1.5, 1, -1, -0.5}
  };
  private static final Map<String, HostTensor> SCORES =
      Map.of("score", HostTensor.of(new double[] {4, 0, 2, 4}, 4));

  private static Map<String, Double> terms(String head) {
    return PairLoss.terms(PairLoss.head(head), SCORES, ANCHORS, POSITIVES);
  }

  /** Values of AnglELoss in sentence-transformers 6.2.0 with scale=1, 2 and 20. */
  @ParameterizedTest
  @CsvSource({"1, 1.3888350", "0.5, 1.1533293", "0.05, 2.5651064"})
  void theAngleIsThatOfSentenceTransformers(String temperature, double expected) {
    Map<String, Double> terms = terms("angle:cosine=0,in-batch=0,angle-temperature=" + temperature);
    assertThat(terms).containsOnlyKeys("angle", "loss");
    assertThat(term(terms, "angle")).isCloseTo(expected, within(1e-5));
    assertThat(term(terms, "loss")).isEqualTo(term(terms, "angle"));
  }

  @Test
  void theAngleOfTwoDimensionsIsTheDifferenceOfCosineAndSine() {
    // An anchor is 1, a positive cos t + i sin t: their quotient is cos t - i sin t.
    double[][] ones = {{1, 0}, {3, 0}};
    double[][] turned = {{0.6, 0.8}, {1.6, -1.2}};
    Map<String, HostTensor> scores = Map.of("score", HostTensor.of(new double[] {1, 0}, 2));
    Map<String, Double> terms =
        PairLoss.terms(PairLoss.head("angle:cosine=0,in-batch=0"), scores, ones, turned);
    // |0.6 - 0.8| for the row of the larger score, |0.8 + 0.6| for the other
    assertThat(term(terms, "angle")).isCloseTo(Math.log1p(Math.exp(1.4 - 0.2)), within(1e-5));
  }

  @Test
  void theLossIsTheWeightedSumOfThreeObjectives() {
    Map<String, Double> terms = terms("angle:cosine=2,in-batch=0.5,angle=3,temperature=0.5");
    Map<String, Double> cosent =
        PairLoss.terms(PairLoss.head("cosent:temperature=0.5"), SCORES, ANCHORS, POSITIVES);
    assertThat(terms).containsOnlyKeys("cosine", "contrastive", "angle", "loss");
    assertThat(term(terms, "cosine")).isEqualTo(term(cosent, "cosent"));
    assertThat(term(terms, "loss"))
        .isCloseTo(
            2 * term(terms, "cosine") + 0.5 * term(terms, "contrastive") + 3 * term(terms, "angle"),
            within(1e-5));
  }

  @Test
  void onlyRowsOfAHighScoreArePositives() {
    // Of the cross entropies 0, 19.5840, 6.1551 and 0.0557 of the rows, at temperature 0.05.
    assertThat(term(terms("angle"), "contrastive")).isCloseTo(2.0702395, within(1e-4));
    assertThat(term(terms("angle:positive-above=3"), "contrastive"))
        .isCloseTo(0.0557 / 2, within(1e-4));
    assertThat(term(terms("angle:positive-above=4"), "contrastive")).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "angle:cosine=0,in-batch=0,angle=0 | The options cosine, in-batch and angle of the head 'angle' are all 0, so there is no loss: give one of them a weight.",
        "angle:cosine=-1 | The option cosine=-1 of 'angle' must be at least 0.0 and at most 1000.0.",
        "angle:angle-temperature=0 | The option angle-temperature=0 of 'angle' must be above 0.",
      })
  void optionsThatMakeNoSenseAreRefused(String head, String message) {
    assertThatThrownBy(() -> PairLoss.head(head))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(message);
  }

  @Test
  void vectorsThatCannotBeHalvedAreRefused() {
    double[][] odd = {{1, 0, 2}};
    Map<String, HostTensor> score = Map.of("score", HostTensor.of(new double[] {1}, 1));
    assertThatThrownBy(() -> PairLoss.terms(PairLoss.head("angle"), score, odd, odd))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "The head 'angle' splits vectors into two halves, but they have 3 elements; choose an even number.");
  }

  @Test
  void hardNegativesNeedTheInBatchObjective() {
    assertThatThrownBy(
            () ->
                PairLoss.terms(
                    PairLoss.head("angle:in-batch=0"), SCORES, ANCHORS, POSITIVES, POSITIVES))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("The head 'angle' with in-batch=0 takes pairs and no hard negatives.");
  }
}
