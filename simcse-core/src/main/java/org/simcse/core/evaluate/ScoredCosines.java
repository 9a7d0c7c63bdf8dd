package org.simcse.core.evaluate;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.simcse.core.embed.Cosine;

/**
 * The cosines of pairs, beside their human scores.
 *
 * @param cosines the cosine of each pair, in [-1, 1]; 0 if a vector is zero. Must not be modified.
 * @param scores the score of each pair, on any scale; must not be modified
 * @since 0.1.0
 */
public record ScoredCosines(double[] cosines, double[] scores) {
  /**
   * Validates that every cosine has a score.
   *
   * @throws IllegalArgumentException if the numbers differ
   */
  public ScoredCosines {
    if (cosines.length != scores.length) {
      throw new IllegalArgumentException(
          "%d cosines and %d scores are not of the same pairs."
              .formatted(cosines.length, scores.length));
    }
  }

  /**
   * Computes the cosines of pairs.
   *
   * @param vectors the vector of each text, {@code [D]}
   */
  public static ScoredCosines of(ScoredPairs pairs, Function<String, float[]> vectors) {
    double[] cosines =
        IntStream.range(0, pairs.size())
            .mapToDouble(
                i ->
                    Cosine.of(
                        vectors.apply(pairs.first().get(i)), vectors.apply(pairs.second().get(i))))
            .toArray();
    return new ScoredCosines(cosines, pairs.scores());
  }

  /** Returns all pairs of several sets, in order. */
  public static ScoredCosines concatenated(List<ScoredCosines> parts) {
    return new ScoredCosines(
        parts.stream().flatMapToDouble(part -> Arrays.stream(part.cosines)).toArray(),
        parts.stream().flatMapToDouble(part -> Arrays.stream(part.scores)).toArray());
  }

  /** Returns the number of pairs. */
  public int size() {
    return scores.length;
  }

  /** Returns Spearman's correlation of cosines and scores, in [-1, 1]; NaN if undefined. */
  public double spearman() {
    return Spearman.correlation(cosines, scores);
  }

  /** Returns Pearson's correlation of cosines and scores, in [-1, 1]; NaN if undefined. */
  public double pearson() {
    return Pearson.correlation(cosines, scores);
  }
}
