package org.simcse.core.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  /** On the circle at 0, 60, 90 and 180 degrees, of different lengths; and no direction at all. */
  private static final Map<String, float[]> VECTORS =
      Map.of(
          "0", new float[] {2, 0},
          "60", new float[] {0.5f, (float) Math.sqrt(0.75)},
          "90", new float[] {0, 3},
          "180", new float[] {-1, 0},
          "zero", new float[] {0, 0});

  private static float[][] embed(List<String> texts) {
    return texts.stream().map(VECTORS::get).toArray(float[][]::new);
  }

  private static ScoredPairs pairs(String metric, Object... firstSecondScore) {
    List<String> first = new ArrayList<>();
    List<String> second = new ArrayList<>();
    List<Double> scores = new ArrayList<>();
    for (int i = 0; i < firstSecondScore.length; i += 3) {
      first.add(firstSecondScore[i].toString());
      second.add(firstSecondScore[i + 1].toString());
      scores.add(((Number) firstSecondScore[i + 2]).doubleValue());
    }
    double[] values = scores.stream().mapToDouble(Double::doubleValue).toArray();
    return new ScoredPairs(metric, first, second, values);
  }

  private static Map<String, Double> evaluate(ScoredPairs... sets) {
    return new Evaluation(List.of(sets)).run(EvaluationTest::embed);
  }

  @Test
  void cosinesAreCorrelatedWithScores() {
    // Cosines 1/2, 0, -1 and √3/2: the same order but for the first and the last.
    ScoredPairs set = pairs("m", "0", "60", 5, "0", "90", 1, "180", "0", 0, "60", "90", 4);
    assertThat(evaluate(set).get("m")).isCloseTo(0.8, within(1e-15));
  }

  @Test
  void theMetricsAreKnownBeforehand() {
    for (String metric : List.of("m", ScoredPairs.STSB, ScoredPairs.SICKR)) {
      Evaluation evaluation = new Evaluation(List.of(pairs(metric, "0", "60", 5, "0", "90", 1)));
      assertThat(evaluation.run(EvaluationTest::embed).keySet())
          .containsExactlyElementsOf(evaluation.metrics());
    }
  }

  @Test
  void aVectorOfZerosHasTheCosineZero() {
    ScoredPairs set = pairs("m", "0", "60", 3, "0", "zero", 2, "180", "0", 1);
    assertThat(evaluate(set)).containsEntry("m", 1.0);
  }

  @Test
  void theAverageIsThatOfTheDevelopmentSetsPresent() {
    ScoredPairs stsb = pairs(ScoredPairs.STSB, "0", "60", 3, "0", "90", 2, "180", "0", 1);
    ScoredPairs sickr = pairs(ScoredPairs.SICKR, "0", "60", 1, "0", "90", 2, "180", "0", 3);
    ScoredPairs file = pairs(ScoredPairs.FILE, "0", "60", 3, "0", "90", 2, "180", "0", 1);

    Map<String, Double> all = evaluate(stsb, sickr, file);
    assertThat(all.keySet())
        .containsExactly(
            "eval_stsb_spearman",
            "eval_sickr_spearman",
            "eval_spearman",
            "eval_avg_sts",
            "eval_alignment",
            "eval_uniformity",
            "eval_cosine_gap");
    assertThat(all)
        .containsEntry("eval_stsb_spearman", 1.0)
        .containsEntry("eval_sickr_spearman", -1.0)
        .containsEntry("eval_avg_sts", 0.0)
        .containsEntry("eval_spearman", 1.0);
    assertThat(evaluate(sickr)).containsEntry("eval_avg_sts", -1.0);
    assertThat(evaluate(file)).doesNotContainKey("eval_avg_sts");
  }

  @Test
  void intrinsicMetricsAreThoseOfTheFirstSet() {
    // Positives: scores from 4 of 0 to 5. Sentences: 0 (three times), 60, 90 and 180 (twice).
    ScoredPairs set = pairs("m", "0", "60", 5, "60", "90", 4, "0", "180", 0, "180", "0", 3.9);
    Map<String, Double> metrics = evaluate(set, pairs("other", "zero", "0", 1));

    double positives = (0.5 + Math.sqrt(0.75)) / 2;
    assertThat(metrics.get(Evaluation.ALIGNMENT)).isCloseTo(2 - 2 * positives, within(1e-7));
    // Cosines of the six pairs of different sentences.
    double mean = (0.5 + 0 - 1 + Math.sqrt(0.75) - 0.5 + 0) / 6;
    assertThat(metrics.get(Evaluation.COSINE_GAP)).isCloseTo(positives - mean, within(1e-7));
    assertThat(metrics.get(Evaluation.UNIFORMITY))
        .isCloseTo(uniformity("0", "60", "60", "90", "0", "180", "180", "0"), within(1e-7));
  }

  /** By the definition, with every occurrence on its own. */
  private static double uniformity(String... sentences) {
    double sum = 0;
    for (int i = 0; i < sentences.length; i++) {
      for (int j = 0; j < i; j++) {
        double angle = Double.parseDouble(sentences[i]) - Double.parseDouble(sentences[j]);
        double chord = 2 * Math.sin(Math.toRadians(angle) / 2);
        sum += Math.exp(-2 * chord * chord);
      }
    }
    return Math.log(sum / (sentences.length * (sentences.length - 1) / 2.0));
  }

  @Test
  void ofManySentencesTheUniformityTakesSomeAtEvenDistances() {
    Random random = new Random(1);
    float[][] vectors = new float[3 * UnitVectors.MOST][3];
    for (float[] vector : vectors) {
      IntStream.range(0, 3).forEach(k -> vector[k] = (float) random.nextGaussian());
    }
    float[][] third =
        IntStream.range(0, UnitVectors.MOST).mapToObj(i -> vectors[3 * i]).toArray(float[][]::new);
    int[] once = new int[vectors.length];
    Arrays.fill(once, 1);
    double expected = new UnitVectors(third).uniformity(once);
    assertThat(new UnitVectors(vectors).uniformity(once)).isEqualTo(expected);
    // Of the sphere's uniform distribution |x - y|² = 2 - 2 z with z uniform in [-1, 1].
    assertThat(expected).isCloseTo(Math.log((1 - Math.exp(-8)) / 8), within(0.02));
  }

  @Test
  void everySentenceIsEmbeddedOnce() {
    List<String> embedded = new ArrayList<>();
    Evaluation evaluation =
        new Evaluation(
            List.of(
                pairs("a", "0", "60", 1, "60", "90", 2), pairs("b", "90", "0", 1, "180", "0", 2)));
    evaluation.run(
        texts -> {
          embedded.addAll(texts);
          return embed(texts);
        });
    assertThat(embedded).containsExactlyInAnyOrder("0", "60", "90", "180");
  }

  @Test
  void aCollapsedModelHasNoCorrelation() {
    ScoredPairs set = pairs(ScoredPairs.STSB, "a", "b", 1, "c", "d", 2, "e", "f", 3);
    Map<String, Double> metrics =
        new Evaluation(List.of(set))
            .run(texts -> texts.stream().map(t -> new float[] {1, 2}).toArray(float[][]::new));
    assertThat(metrics.get(ScoredPairs.STSB)).isNaN();
    assertThat(metrics.get(Evaluation.AVERAGE)).isNaN();
    assertThat(metrics.get(Evaluation.ALIGNMENT)).isEqualTo(0);
    assertThat(metrics.get(Evaluation.UNIFORMITY)).isCloseTo(0, within(1e-6));
    assertThat(metrics.get(Evaluation.COSINE_GAP)).isCloseTo(0, within(1e-6));
  }

  /** In three dimensions, where a vector scaled to length 1 is not exactly that long. */
  @Test
  void aSingleSentenceHasNoSpread() {
    ScoredPairs set = pairs("m", "a", "a", 1, "a", "a", 2);
    Map<String, Double> metrics =
        new Evaluation(List.of(set))
            .run(texts -> texts.stream().map(t -> new float[] {1, 2, 4}).toArray(float[][]::new));
    assertThat(metrics.get(Evaluation.UNIFORMITY)).isNaN();
    assertThat(metrics.get(Evaluation.COSINE_GAP)).isNaN();
    assertThat(Collapse.in(metrics)).isEmpty();
  }

  @Test
  void aBrokenModelGivesNanAndNoException() {
    ScoredPairs set = pairs(ScoredPairs.STSB, "a", "b", 1, "c", "d", 2);
    Map<String, Double> metrics =
        new Evaluation(List.of(set))
            .run(texts -> texts.stream().map(t -> new float[] {Float.NaN}).toArray(float[][]::new));
    assertThat(metrics.values()).allSatisfy(value -> assertThat(value).isNaN());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    ScoredPairs set = pairs("m", "0", "60", 1);
    assertThatThrownBy(() -> new Evaluation(List.of())).hasMessageContaining("there must be one");
    assertThatThrownBy(() -> new Evaluation(List.of(set, set))).hasMessageContaining("[m, m]");
    assertThatThrownBy(() -> new Evaluation(List.of(set)).run(texts -> new float[1][2]))
        .hasMessage("The embedding gave 1 vectors for 2 texts.");
  }
}
