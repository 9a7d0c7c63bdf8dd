package org.simcse.core.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairedBootstrapTest {
  private static final PairedBootstrap BOOTSTRAP = new PairedBootstrap(1000, 7);

  /** Cosines whose correlation with the scores depends on the noise. */
  private static double[] noisy(double[] scores, double noise, Random random) {
    return Arrays.stream(scores).map(score -> score + noise * random.nextGaussian()).toArray();
  }

  /**
   * Of two units with differences 0 and 1, a resample has the mean 0, 1/2, 1/2 or 1: above 0 in
   * three of four, equal in one. Of 10,000 resamples the share has the standard deviation 0.0022.
   */
  @Test
  void ofTwoUnitsThereAreFourResamples() {
    Difference difference =
        new PairedBootstrap(10_000, 1).means(new double[] {3, 2}, new double[] {3, 1});
    assertThat(difference.estimate()).isEqualTo(0.5);
    assertThat(difference.low()).isEqualTo(0);
    assertThat(difference.high()).isEqualTo(1);
    assertThat(difference.shareAbove()).isCloseTo(0.875, within(0.01));
    assertThat(difference.verdict()).isEqualTo("no difference shown at 95 %");
  }

  @Test
  void spearmanOfAResampleIsThatOfTheDrawnPairs() {
    Random random = new Random(3);
    // Few values, so that there are ties among scores, cosines and drawn pairs.
    double[] scores = random.ints(40, 0, 6).asDoubleStream().toArray();
    double[] a = random.ints(40, -3, 9).asDoubleStream().toArray();
    double[] b = random.doubles(40).toArray();
    ConcurrentLinkedQueue<int[]> resamples = new ConcurrentLinkedQueue<>();
    Difference expected =
        BOOTSTRAP.compare(
            40,
            counts -> {
              resamples.add(counts);
              double[] gold = drawn(scores, counts);
              return Spearman.correlation(drawn(a, counts), gold)
                  - Spearman.correlation(drawn(b, counts), gold);
            });
    assertThat(resamples).hasSize(1001).allMatch(counts -> Arrays.stream(counts).sum() == 40);
    assertThat(BOOTSTRAP.spearman(new ScoredCosines(a, scores), new ScoredCosines(b, scores)))
        .isEqualTo(expected);
  }

  private static double[] drawn(double[] values, int[] counts) {
    return IntStream.range(0, counts.length)
        .boxed()
        .flatMapToDouble(i -> DoubleStream.generate(() -> values[i]).limit(counts[i]))
        .toArray();
  }

  /**
   * Of 300 intervals at 95 %, 285 are expected to contain the truth, with the standard deviation
   * 3.8; percentile intervals of 150 pairs are somewhat too narrow. Between jointly normal numbers
   * of correlation r, Spearman's is 6/π asin(r/2).
   */
  @Test
  void nineteenOfTwentyIntervalsContainTheTruth() {
    double truth = spearmanOfNormals(0.8) - spearmanOfNormals(1.2);
    Random random = new Random(11);
    int hits = 0;
    for (int i = 0; i < 300; i++) {
      double[] scores = random.doubles(150).map(ignored -> random.nextGaussian()).toArray();
      Difference difference =
          new PairedBootstrap(400, i)
              .spearman(
                  new ScoredCosines(noisy(scores, 0.8, random), scores),
                  new ScoredCosines(noisy(scores, 1.2, random), scores));
      hits += difference.low() <= truth && truth <= difference.high() ? 1 : 0;
    }
    assertThat(hits).isBetween(270, 297);
  }

  private static double spearmanOfNormals(double noise) {
    return 6 / Math.PI * Math.asin(1 / Math.sqrt(1 + noise * noise) / 2);
  }

  @Test
  void aClearDifferenceIsShownAndEqualModelsAreNotTold() {
    Random random = new Random(5);
    double[] scores = random.doubles(300).toArray();
    ScoredCosines good = new ScoredCosines(noisy(scores, 0.1, random), scores);
    ScoredCosines bad = new ScoredCosines(noisy(scores, 0.5, random), scores);
    assertThat(BOOTSTRAP.spearman(good, bad).verdict()).isEqualTo("better");
    assertThat(BOOTSTRAP.spearman(good, bad).shareAbove()).isEqualTo(1);
    assertThat(BOOTSTRAP.spearman(bad, good).verdict()).isEqualTo("worse");
    assertThat(BOOTSTRAP.spearman(bad, bad)).isEqualTo(new Difference(0, 0, 0, 0.5));
  }

  /** What is hard for both models cancels: the interval is much narrower than that of a figure. */
  @Test
  void unitsArePaired() {
    Random random = new Random(9);
    double[] hardness = random.doubles(100).toArray();
    double[] slightlyBetter =
        Arrays.stream(hardness).map(value -> value + 0.01 * random.nextDouble()).toArray();
    Difference paired = BOOTSTRAP.means(slightlyBetter, hardness);
    assertThat(paired.verdict()).isEqualTo("better");
    assertThat(BOOTSTRAP.means(hardness, new double[100]).high())
        .isGreaterThan(paired.high() + 0.1);
  }

  @Test
  void theMeanOverTasksResamplesThePairsOfEach() {
    Random random = new Random(13);
    List<ScoredCosines> model = new ArrayList<>();
    List<ScoredCosines> other = new ArrayList<>();
    double estimate = 0;
    double variance = 0;
    for (int size : new int[] {120, 400}) {
      double[] scores = random.doubles(size).toArray();
      model.add(new ScoredCosines(noisy(scores, 0.3, random), scores));
      other.add(new ScoredCosines(noisy(scores, 0.4, random), scores));
      Difference task = BOOTSTRAP.spearman(last(model), last(other));
      estimate += task.estimate() / 2;
      variance += Math.pow((task.high() - task.low()) / 2, 2);
    }
    Difference mean = BOOTSTRAP.meanSpearman(model, other);
    assertThat(mean.estimate()).isCloseTo(estimate, within(1e-15));
    // Independent tasks: variances add. Widths of 1000 resamples are known to a few per cent.
    assertThat(mean.high() - mean.low())
        .isCloseTo(Math.sqrt(variance), within(0.15 * Math.sqrt(variance)));
  }

  private static ScoredCosines last(List<ScoredCosines> list) {
    return list.get(list.size() - 1);
  }

  @Test
  void theNumberOfThreadsChangesNothingAndTheSeedDoes() throws Exception {
    Random random = new Random(17);
    double[] model = random.doubles(50).toArray();
    double[] other = random.doubles(50).toArray();
    Difference difference = BOOTSTRAP.means(model, other);
    for (int threads : new int[] {1, 3}) {
      ForkJoinPool pool = new ForkJoinPool(threads);
      assertThat(pool.submit(() -> BOOTSTRAP.means(model, other)).get()).isEqualTo(difference);
      pool.shutdown();
    }
    assertThat(new PairedBootstrap(1000, 8).means(model, other)).isNotEqualTo(difference);
  }

  @Test
  void anUndefinedFigureHasNoDifference() {
    double[] scores = {1, 2, 3, 4};
    ScoredCosines constant = new ScoredCosines(new double[4], scores);
    Difference difference = BOOTSTRAP.spearman(constant, new ScoredCosines(scores, scores));
    assertThat(difference.verdict()).isEqualTo("undefined");
    assertThat(difference.low()).isNaN();
    // Some resamples of four pairs draw one pair four times; the others count.
    Difference equal =
        BOOTSTRAP.spearman(new ScoredCosines(scores, scores), new ScoredCosines(scores, scores));
    assertThat(equal).isEqualTo(new Difference(0, 0, 0, 0.5));
  }

  @Test
  void whatCannotBeComparedIsRefused() {
    ScoredCosines pairs = new ScoredCosines(new double[] {1, 2}, new double[] {1, 2});
    assertThatThrownBy(() -> BOOTSTRAP.means(new double[2], new double[3]))
        .hasMessage("2 and 3 figures are not of the same units.");
    assertThatThrownBy(() -> BOOTSTRAP.meanSpearman(List.of(), List.of()))
        .hasMessage("0 and 0 figures are not of the same units.");
    assertThatThrownBy(
            () -> BOOTSTRAP.spearman(pairs, new ScoredCosines(new double[2], new double[2])))
        .hasMessage("The models cannot be compared: their pairs do not have the same scores.");
    assertThatThrownBy(() -> BOOTSTRAP.compare(0, counts -> 0))
        .hasMessage("Without pairs or queries there is nothing to compare.");
    assertThatThrownBy(() -> new PairedBootstrap(10, 1))
        .hasMessage("10 resamples give no interval; take at least 100.");
  }
}
