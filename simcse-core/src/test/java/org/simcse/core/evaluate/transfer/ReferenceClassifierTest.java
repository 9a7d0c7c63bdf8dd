package org.simcse.core.evaluate.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random numbers, folds, classifiers and validations beside those of the reference. The expected
 * values are from its {@code tools/classifier.py} and {@code tools/validation.py} with {@code
 * .cuda()} left out, on features of the same formula (PyTorch 2.7.1, NumPy 2.4.6, scikit-learn
 * 1.9.1).
 */
class ReferenceClassifierTest {
  private static final int SEED = TransferSettings.SEED;
  private static final TransferSettings ADAM = TransferSettings.full();

  /** The fast mode, with smaller batches, so that few rows make several steps. */
  private static final TransferSettings RMSPROP =
      new TransferSettings(5, TransferSettings.Optimizer.RMSPROP, 16, 3, 2, 200, SEED, 2);

  /**
   * Rounding in single precision: values of about 1 after some tens of steps, compared with five
   * decimals.
   */
  private static final double TOLERANCE = 2e-5;

  private static Rows rows(int count, int classes, int start) {
    float[][] features = new float[count][5];
    int[] labels = new int[count];
    for (int row = 0; row < count; row++) {
      int i = row + start;
      for (int j = 0; j < 5; j++) {
        features[row][j] = (float) Math.sin(1 + 0.37 * i + 1.3 * j + 0.011 * i * j);
      }
      double place = features[row][0] + (double) features[row][1] + 0.7 * Math.sin(17.0 * i) + 3;
      labels[row] = Math.max(0, Math.min(classes - 1, (int) Math.floor(place * classes / 6)));
    }
    return new Rows(features, labels, classes);
  }

  private static Rows train(int classes) {
    return rows(120, classes, 0);
  }

  private static Rows test(int classes) {
    return rows(40, classes, 1000);
  }

  private static Rows dev(int classes) {
    return rows(30, classes, 2000);
  }

  private static CrossValidation.Outcome validate(
      TransferSettings settings, Function<CrossValidation, CrossValidation.Outcome> way) {
    try (Fits fits = new Fits(settings.threads(), () -> {})) {
      return way.apply(new CrossValidation(settings, fits));
    }
  }

  private static void assertPercent(CrossValidation.Outcome outcome, double dev, double test) {
    assertThat("%.2f %.2f".formatted(100 * outcome.dev(), 100 * outcome.test()))
        .isEqualTo("%.2f %.2f".formatted(dev, test));
  }

  private static void assertWeights(SoftmaxRegression classifier, double[]... expected) {
    for (int c = 0; c < expected.length; c++) {
      for (int i = 0; i < expected[c].length; i++) {
        assertThat((double) classifier.weights()[c][i])
            .as("weight %d of class %d", i, c)
            .isCloseTo(expected[c][i], within(TOLERANCE));
      }
    }
  }

  @Test
  void permutationsAreThoseOfNumPy() {
    MersenneTwister random = new MersenneTwister(SEED);
    assertThat(random.permutation(10)).containsExactly(9, 3, 8, 0, 6, 2, 4, 1, 5, 7);
    assertThat(random.permutation(7)).containsExactly(1, 5, 6, 2, 4, 0, 3);
  }

  @Test
  void theGeneratorGoesOnAfterAllOfItsState() {
    MersenneTwister random = new MersenneTwister(5489);
    IntStream.range(0, 9999).forEach(i -> random.next());
    // The 10000th output from the default seed, as ISO C++ [rand.predef] states it.
    assertThat(Integer.toUnsignedLong(random.next())).isEqualTo(4123659995L);
  }

  @Test
  void initialWeightsAreThoseOfPyTorch() {
    assertThat(SoftmaxRegression.random(3, 2, new MersenneTwister(SEED)).weights())
        .isDeepEqualTo(
            new float[][] {
              {-0.045499995f, -0.4792244f, 0.34750423f, -0.020672707f},
              {-0.118731104f, 0.5251538f, 0.11337393f, 0.5133673f}
            });
  }

  @Test
  void foldsAreThoseOfScikitLearn() {
    int[] labels = {1, 0, 0, 1, 2, 1, 0, 0, 2, 1, 1, 0, 2, 0, 1, 0, 1};
    assertThat(StratifiedFolds.assign(labels, 3, SEED))
        .containsExactly(2, 0, 2, 1, 1, 0, 2, 1, 2, 0, 0, 1, 0, 1, 2, 0, 1);
  }

  @Test
  void adamTrainsAsInTheReference() {
    ClassifierTraining training = new ClassifierTraining(ADAM);
    assertWeights(
        training.fit(train(2), dev(2), 1e-3),
        new double[] {-0.0432, -0.37914, 0.27714, -0.09031, 0.39893, -0.16086},
        new double[] {0.09577, -0.00808, 0.38968, 0.01136, 0.2874, 0.41832});
    assertWeights(
        training.fit(train(3), 1e-2),
        new double[] {-0.07357, -0.4062, 0.30785, -0.10696, 0.36874, -0.11784},
        new double[] {0.06978, -0.00826, 0.38448, 0.04402, 0.25669, 0.34325},
        new double[] {-0.1288, 0.45882, 0.29646, 0.16377, -0.05599, 0.18462});
  }

  @Test
  void rmsPropTrainsAsInTheReference() {
    ClassifierTraining training = new ClassifierTraining(RMSPROP);
    SoftmaxRegression two = training.fit(train(2), dev(2), 1e-3);
    assertWeights(
        two,
        new double[] {-0.53251, -0.77432, 0.67263, -0.05115, 0.15535, 0.00312},
        new double[] {0.58499, 0.3882, -0.00727, -0.02718, 0.52686, 0.25384});
    assertThat(two.accuracy(dev(2))).isEqualTo(29 / 30.0);
    assertWeights(
        training.fit(train(3), 1e-2),
        new double[] {-0.37864, -0.59956, 0.5755, -0.14521, 0.16519, -0.4674},
        new double[] {0.06742, -0.00916, 0.35395, 0.11102, 0.12711, 0.83913},
        new double[] {0.26755, 0.52895, -0.05278, 0.07118, 0.23629, -0.35634});
  }

  @Test
  void nestedFoldsGiveTheFiguresOfTheReference() {
    assertPercent(validate(ADAM, way -> way.nestedFolds(train(2))), 52.56, 52.5);
    assertPercent(validate(ADAM, way -> way.nestedFolds(train(3))), 49.84, 46.67);
    assertPercent(validate(RMSPROP, way -> way.nestedFolds(train(2))), 85.34, 83.33);
    assertPercent(validate(RMSPROP, way -> way.nestedFolds(train(3))), 69.45, 65.0);
  }

  @Test
  void foldsWithATestSetGiveTheFiguresOfTheReference() {
    CrossValidation.Outcome two = validate(RMSPROP, way -> way.folds(train(2), test(2)));
    assertPercent(two, 85.0, 90.0);
    assertThat(Arrays.toString(two.predicted()).replaceAll("\\D", ""))
        .isEqualTo("1111111100000000011111111000000001111111");
    assertPercent(validate(ADAM, way -> way.folds(train(3), test(3))), 50.83, 55.0);
  }

  @Test
  void aDevelopmentSetGivesTheFiguresOfTheReference() {
    assertPercent(validate(RMSPROP, way -> way.split(train(2), dev(2), test(2))), 96.67, 95.0);
    assertPercent(validate(RMSPROP, way -> way.split(train(3), dev(3), test(3))), 73.33, 47.5);
    assertPercent(validate(ADAM, way -> way.split(train(2), dev(2), test(2))), 56.67, 67.5);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void resultsDoNotDependOnTheNumberOfThreads(int threads) {
    CrossValidation.Outcome one =
        validate(RMSPROP.withThreads(1), way -> way.nestedFolds(train(3)));
    CrossValidation.Outcome several =
        validate(RMSPROP.withThreads(threads), way -> way.nestedFolds(train(3)));
    assertThat(several.dev()).isEqualTo(one.dev());
    assertThat(several.test()).isEqualTo(one.test());
  }

  @Test
  void anotherSeedGivesOtherFoldsAndWeights() {
    Rows rows = train(2);
    assertThat(StratifiedFolds.assign(rows.labels(), 5, 1))
        .isNotEqualTo(StratifiedFolds.assign(rows.labels(), 5, 2));
    assertThat(new ClassifierTraining(ADAM.withSeed(1)).fit(rows, 1e-3).weights())
        .isNotEqualTo(new ClassifierTraining(ADAM.withSeed(2)).fit(rows, 1e-3).weights());
  }
}
