package org.simcse.core.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CollapseTest {
  private static final int PAIRS = 100;

  /** How a pair's two vectors are drawn. */
  private interface Pair {
    float[][] draw(Random random, double score);
  }

  private static Map<String, Double> evaluated(Pair pair) {
    Random random = new Random(1);
    List<String> first = new ArrayList<>();
    List<String> second = new ArrayList<>();
    double[] scores = new double[PAIRS];
    Map<String, float[]> vectors = new HashMap<>();
    for (int i = 0; i < PAIRS; i++) {
      scores[i] = i % 2;
      float[][] drawn = pair.draw(random, scores[i]);
      first.add("a" + i);
      second.add("b" + i);
      vectors.put("a" + i, drawn[0]);
      vectors.put("b" + i, drawn[1]);
    }
    return new Evaluation(List.of(new ScoredPairs("m", first, second, scores)))
        .run(texts -> texts.stream().map(vectors::get).toArray(float[][]::new));
  }

  private static float[] drawn(Random random, double common, double noise) {
    float[] vector = new float[64];
    for (int k = 0; k < vector.length; k++) {
      vector[k] = (float) (common + noise * random.nextGaussian());
    }
    return vector;
  }

  private static float[] near(float[] vector, Random random, double noise) {
    float[] near = vector.clone();
    for (int k = 0; k < near.length; k++) {
      near[k] += (float) (noise * random.nextGaussian());
    }
    return near;
  }

  /** Positives are near each other; others are not. */
  private static Pair healthy(double common, double noise) {
    return (random, score) -> {
      float[] vector = drawn(random, common, noise);
      return new float[][] {
        vector, score == 1 ? near(vector, random, noise / 4) : drawn(random, common, noise)
      };
    };
  }

  @Test
  void aModelThatWorksIsNotCollapsed() {
    assertThat(Collapse.in(evaluated(healthy(0, 1)))).isEmpty();
  }

  /** The mean cosine of two sentences is 0.8, as in pretrained encoders. */
  @Test
  void norIsOneWhoseVectorsLieInACone() {
    assertThat(Collapse.in(evaluated(healthy(2, 1)))).isEmpty();
  }

  @Test
  void vectorsThatNearlyCoincide() {
    Map<String, Double> metrics = evaluated(healthy(20, 1));
    assertThat(Collapse.in(metrics)).hasValue(Collapse.UNIFORMITY);
    assertThat(Collapse.UNIFORMITY.message(metrics))
        .matches(
            "Collapse \\(rule uniformity\\): eval_uniformity is -0\\.0\\d\\d, above -0\\.1, so .*");
  }

  @Test
  void positivesThatAreNoCloserThanOthers() {
    Map<String, Double> metrics =
        evaluated((random, score) -> new float[][] {drawn(random, 0, 1), drawn(random, 0, 1)});
    assertThat(Collapse.in(metrics)).hasValue(Collapse.POSITIVES);
    assertThat(Collapse.POSITIVES.message(metrics))
        .contains("rule positives", "of positives is", "not below 0.95");
  }

  /** Nothing is closer than anything else, where all is the same. */
  @Test
  void oneVectorForAllSentences() {
    Map<String, Double> metrics = evaluated((random, score) -> new float[][] {{1, 0}, {1, 0}});
    assertThat(Collapse.in(metrics)).hasValue(Collapse.UNIFORMITY);
  }

  @Test
  void whatIsUndefinedTellsNothing() {
    assertThat(Collapse.in(Map.of())).isEmpty();
    assertThat(Collapse.in(Map.of(Evaluation.UNIFORMITY, Double.NaN))).isEmpty();
  }
}
