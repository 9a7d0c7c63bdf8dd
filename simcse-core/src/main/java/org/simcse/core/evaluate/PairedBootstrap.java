package org.simcse.core.evaluate;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.simcse.core.io.SplitMix64;

/**
 * Compares two models that were evaluated on the same units (pairs of texts, queries, tasks) by a
 * paired bootstrap: units are drawn with replacement, as many as there are, and the difference of
 * the two models' figures is computed on the drawn ones; the spread of the difference over many
 * such resamples is its uncertainty, as far as it comes from the choice of units. Because both
 * models get the same resample, what is hard about a unit for both of them cancels. The interval
 * lies between the 2.5th and the 97.5th percentile of the differences (Efron and Tibshirani 1993,
 * "An Introduction to the Bootstrap", chapter 13; for paired systems Koehn 2004, "Statistical
 * Significance Tests for Machine Translation Evaluation").
 *
 * <p>It does not cover what another training seed would change. Higher figures count as better:
 * change the sign of a figure for which lower is better. The result depends on the seed and not on
 * the number of threads. Thread-safe if the statistic is.
 *
 * @param resamples the number of resamples, at least 100; the ends of the interval are themselves
 *     uncertain, with 1000 resamples by about a twentieth of its half width
 * @param seed the seed of the random draws
 * @since 0.1.0
 */
public record PairedBootstrap(int resamples, long seed) {
  /** A number of resamples that suits most comparisons. */
  public static final int RESAMPLES = 2000;

  private static final int LEAST = 100;

  /** The difference of two models' figures on a resample. */
  @FunctionalInterface
  public interface Statistic {
    /**
     * Returns the difference; NaN if it is undefined. Called from several threads.
     *
     * @param counts how often each unit was drawn; their sum is the number of units
     */
    double difference(int[] counts);
  }

  /**
   * Validates the number of resamples.
   *
   * @throws IllegalArgumentException if it is below 100
   */
  public PairedBootstrap {
    if (resamples < LEAST) {
      throw new IllegalArgumentException(
          "%d resamples give no interval; take at least %d.".formatted(resamples, LEAST));
    }
  }

  /**
   * Compares by any statistic.
   *
   * @param units the number of units, at least 1
   * @throws IllegalArgumentException if there are no units
   */
  public Difference compare(int units, Statistic statistic) {
    int[] once = new int[units];
    Arrays.fill(once, 1);
    return Difference.of(statistic.difference(once), resampled(units, statistic, seed));
  }

  /**
   * Compares the means of a figure per unit, such as nDCG@10 per query or a figure per task.
   *
   * @param model the figures of the first model, finite
   * @param other the figures of the second, of the same units
   * @throws IllegalArgumentException if there are none, or not as many of each
   */
  public Difference means(double[] model, double[] other) {
    requireSame(model.length, other.length);
    return compare(
        model.length,
        counts -> {
          double sum = 0;
          for (int i = 0; i < counts.length; i++) {
            sum += counts[i] * (model[i] - other[i]);
          }
          return sum / counts.length;
        });
  }

  /**
   * Compares Spearman's correlations with the same scores; the units are pairs.
   *
   * @throws IllegalArgumentException if there are no pairs, or the two are not of the same pairs
   */
  public Difference spearman(ScoredCosines model, ScoredCosines other) {
    return compare(model.size(), spearmanDifference(model, other));
  }

  /**
   * Compares means of Spearman's correlations over tasks. The tasks stay; the pairs of each are
   * resampled, independently of those of other tasks.
   *
   * @param model the pairs of each task with the cosines of the first model, at least one task
   * @param other the same with those of the second
   * @throws IllegalArgumentException if there are no tasks, or the two are not of the same pairs
   */
  public Difference meanSpearman(List<ScoredCosines> model, List<ScoredCosines> other) {
    requireSame(model.size(), other.size());
    double estimate = 0;
    double[] differences = new double[resamples];
    for (int task = 0; task < model.size(); task++) {
      Statistic statistic = spearmanDifference(model.get(task), other.get(task));
      int[] once = new int[model.get(task).size()];
      Arrays.fill(once, 1);
      estimate += statistic.difference(once) / model.size();
      double[] ofTask = resampled(once.length, statistic, seed + task);
      for (int i = 0; i < resamples; i++) {
        differences[i] += ofTask[i] / model.size();
      }
    }
    return Difference.of(estimate, differences);
  }

  private static void requireSame(int model, int other) {
    if (model != other || model == 0) {
      throw new IllegalArgumentException(
          "%d and %d figures are not of the same units.".formatted(model, other));
    }
  }

  private static Statistic spearmanDifference(ScoredCosines model, ScoredCosines other) {
    if (!Arrays.equals(model.scores(), other.scores())) {
      throw new IllegalArgumentException(
          "The models cannot be compared: their pairs do not have the same scores.");
    }
    if (Spearman.hasNan(model.cosines()) || Spearman.hasNan(other.cosines())) {
      return counts -> Double.NaN;
    }
    Ranks scores = new Ranks(model.scores());
    Ranks first = new Ranks(model.cosines());
    Ranks second = new Ranks(other.cosines());
    return counts -> {
      double[] gold = scores.centred(counts);
      return Spearman.correlation(first.centred(counts), gold, counts)
          - Spearman.correlation(second.centred(counts), gold, counts);
    };
  }

  /** Returns the difference on each resample, whose draws depend on its index alone. */
  private double[] resampled(int units, Statistic statistic, long from) {
    if (units < 1) {
      throw new IllegalArgumentException("Without pairs or queries there is nothing to compare.");
    }
    return IntStream.range(0, resamples)
        .parallel()
        .mapToDouble(index -> statistic.difference(draw(units, SplitMix64.ofEpoch(from, index))))
        .toArray();
  }

  private static int[] draw(int units, SplitMix64 random) {
    int[] counts = new int[units];
    for (int i = 0; i < units; i++) {
      counts[random.below(units)]++;
    }
    return counts;
  }
}
