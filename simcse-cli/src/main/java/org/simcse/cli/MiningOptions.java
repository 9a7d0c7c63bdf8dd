package org.simcse.cli;

import java.util.Optional;
import java.util.OptionalDouble;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.mine.MiningRules;
import picocli.CommandLine.Option;

/** Options for which texts become hard negatives. */
final class MiningOptions {
  @Option(
      names = "--negatives",
      paramLabel = "K",
      description = "Hard negatives per row; default: 1.")
  private int negatives = 1;

  @Option(
      names = "--range",
      paramLabel = "FROM:TO",
      description =
          "Ranks to choose from: pass over the FROM nearest texts, which are often positives that nobody has marked, and consider those up to rank TO; default: 0:100.")
  private String range = "0:100";

  @Option(
      names = "--max-score",
      paramLabel = "COSINE",
      description = "Highest cosine of anchor and negative; default: no limit.")
  private Optional<Double> maxScore = Optional.empty();

  @Option(
      names = "--relative-margin",
      paramLabel = "SHARE",
      description =
          "How far below the positive's cosine a negative must be: with 0.05, below 95 %% of it; default: no limit.")
  private Optional<Double> relativeMargin = Optional.empty();

  @Option(
      names = "--choice",
      paramLabel = "NAME",
      description =
          "Which of the texts that are left: top, the nearest, or random, by --seed; default: top.")
  private MiningRules.Choice choice = MiningRules.Choice.TOP;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the random choice; default: 42.")
  private long seed = 42;

  /**
   * Returns the rules.
   *
   * @throws InvalidInputException if one is impossible
   */
  MiningRules rules() {
    String[] ranks = range.split(":", -1);
    try {
      if (ranks.length == 2) {
        return new MiningRules(
            Integer.parseInt(ranks[0]),
            Integer.parseInt(ranks[1]),
            optional(maxScore),
            optional(relativeMargin),
            negatives,
            choice,
            seed);
      }
    } catch (NumberFormatException e) {
      // refused below
    }
    throw new InvalidInputException(
        "The range '%s' is not FROM:TO, as in 10:100.".formatted(range));
  }

  private static OptionalDouble optional(Optional<Double> value) {
    return value.map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
  }
}
