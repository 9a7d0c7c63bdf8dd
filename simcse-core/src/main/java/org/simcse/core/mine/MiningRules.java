package org.simcse.core.mine;

import java.util.OptionalDouble;
import org.simcse.api.error.InvalidInputException;

/**
 * Which of the texts near an anchor become its hard negatives.
 *
 * @param from how many of the nearest texts are passed over, at least 0: the nearest of all are
 *     often positives that nobody has marked
 * @param to the rank of the last text considered, above {@code from}
 * @param maxScore the highest cosine with the anchor, if there is a limit
 * @param relativeMargin m, if given: a text counts only if its cosine with the anchor is below that
 *     of the positive, s, by more than m |s|; 0.05 is TopK-PercPos (95 %) of Moreira et al. 2024,
 *     "NV-Retriever: Improving text embedding models with effective hard-negative mining"
 * @param negatives K, the number of negatives per row, at least 1
 * @param choice which K of the texts that count
 * @param seed the seed of the random choice
 * @since 0.1.0
 */
public record MiningRules(
    int from,
    int to,
    OptionalDouble maxScore,
    OptionalDouble relativeMargin,
    int negatives,
    Choice choice,
    long seed) {
  /** How K texts are chosen. */
  public enum Choice {
    /** Those with the highest cosines. */
    TOP,
    /** Any, each with the same probability. */
    RANDOM
  }

  /**
   * Validates the numbers.
   *
   * @throws InvalidInputException if one is out of its range, or if the ranks hold fewer than K
   *     texts
   */
  public MiningRules {
    if (from < 0 || to <= from) {
      throw new InvalidInputException(
          "The range %d:%d holds no ranks; it is FROM:TO, with FROM the number of nearest texts to pass over, from 0, and TO the last rank, as in 10:100."
              .formatted(from, to));
    }
    if (negatives < 1) {
      throw new InvalidInputException(
          "At least 1 negative per row must be wanted, but it is %d.".formatted(negatives));
    }
    if (negatives > to - from) {
      throw new InvalidInputException(
          "The range %d:%d holds %d texts, fewer than the %d negatives per row; widen it."
              .formatted(from, to, to - from, negatives));
    }
    if (maxScore.isPresent() && !(Math.abs(maxScore.getAsDouble()) <= 1)) {
      throw new InvalidInputException(
          "The highest score is %s, but scores are cosines, from -1 to 1."
              .formatted(maxScore.getAsDouble()));
    }
    if (relativeMargin.isPresent()
        && !(relativeMargin.getAsDouble() >= 0 && relativeMargin.getAsDouble() < 1)) {
      throw new InvalidInputException(
          "The relative margin is %s, but it is a share of the positive's score, from 0 to below 1, such as 0.05."
              .formatted(relativeMargin.getAsDouble()));
    }
  }

  /** Returns rules that take the K nearest of the first 100. */
  public static MiningRules top(int negatives) {
    return new MiningRules(
        0, 100, OptionalDouble.empty(), OptionalDouble.empty(), negatives, Choice.TOP, 0);
  }

  /** Returns a copy with another range of ranks. */
  public MiningRules withRange(int first, int last) {
    return new MiningRules(first, last, maxScore, relativeMargin, negatives, choice, seed);
  }

  /** Returns a copy with a highest score. */
  public MiningRules withMaxScore(double score) {
    return new MiningRules(
        from, to, OptionalDouble.of(score), relativeMargin, negatives, choice, seed);
  }

  /** Returns a copy with a relative margin. */
  public MiningRules withRelativeMargin(double margin) {
    return new MiningRules(from, to, maxScore, OptionalDouble.of(margin), negatives, choice, seed);
  }

  /** Returns a copy with another number of negatives. */
  public MiningRules withNegatives(int count) {
    return new MiningRules(from, to, maxScore, relativeMargin, count, choice, seed);
  }

  /** Returns a copy that chooses at random. */
  public MiningRules random(long newSeed) {
    return new MiningRules(from, to, maxScore, relativeMargin, negatives, Choice.RANDOM, newSeed);
  }

  /** Returns whether a score is not below the positive's by the margin. */
  boolean isWithinMargin(double score, double positive) {
    return relativeMargin.isPresent()
        && score >= positive - relativeMargin.getAsDouble() * Math.abs(positive);
  }

  /** Returns whether a score is above the highest. */
  boolean isAboveMaxScore(double score) {
    return maxScore.isPresent() && score > maxScore.getAsDouble();
  }
}
