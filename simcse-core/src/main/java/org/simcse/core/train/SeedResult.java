package org.simcse.core.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of one of several runs that differ by their seed alone.
 *
 * @param seed the seed
 * @param steps the number of steps done
 * @param bestStep the step after which {@code best/} was saved
 * @param before the metrics before training; empty if nothing was evaluated
 * @param after the metrics of the last evaluation
 * @param best the metrics of {@code best/}
 * @param sts Spearman's correlation of {@code best/} on each of the STS tasks, in [-1, 1]; empty if
 *     they were not measured
 * @since 0.1.0
 */
public record SeedResult(
    long seed,
    long steps,
    long bestStep,
    Map<String, Double> before,
    Map<String, Double> after,
    Map<String, Double> best,
    Map<String, Double> sts) {
  /** Copies the maps; an undefined figure, which JSON has as null, is NaN. */
  public SeedResult {
    before = defined(before);
    after = defined(after);
    best = defined(best);
    sts = defined(sts);
  }

  private static Map<String, Double> defined(Map<String, @Nullable Double> figures) {
    Map<String, Double> copy = new LinkedHashMap<>();
    figures.forEach((name, figure) -> copy.put(name, figure == null ? Double.NaN : figure));
    return Collections.unmodifiableMap(copy);
  }

  static SeedResult of(long seed, TrainingResult run, Map<String, Double> sts) {
    return new SeedResult(
        seed, run.steps(), run.bestStep(), run.before(), run.after(), run.best(), sts);
  }
}
