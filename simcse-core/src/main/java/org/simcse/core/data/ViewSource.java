package org.simcse.core.data;

import java.util.List;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.Options;

/**
 * Makes the views of an example: the texts that are encoded as anchor, positive and hard negatives.
 * Implementations are thread-safe.
 */
@FunctionalInterface
public interface ViewSource {
  /** The name of the source that uses the texts unchanged. */
  String TEXTS = "texts";

  /**
   * Returns the V views of an example; V is the same for all examples of a run.
   *
   * @param seed the seed of random changes, such as the seed of a step
   * @param row distinguishes the example from others with the same seed
   * @throws InvalidInputException if the example lacks the required texts
   */
  List<String> views(Example example, long seed, long row);

  /**
   * Returns a source by its name.
   *
   * <ul>
   *   <li>{@code texts}: the example's own texts; a single one is both anchor and positive, and
   *       only dropout makes them differ (Gao et al. 2021, section 3)
   *   <li>{@code word-deletion:rate=0.1}: the positive is the single text with words deleted, each
   *       with the given probability (Wei and Zou 2019, "EDA", section 2)
   *   <li>{@code word-repetition:rate=0.32}: the positive is the single text with words repeated,
   *       at most the given share of them (Wu et al. 2022, "ESimCSE")
   *   <li>{@code crop:rate=0.1}: the positive is a contiguous part of the single text without the
   *       given share of its words (Gao et al. 2021, table 1)
   * </ul>
   *
   * @throws InvalidInputException if there is no such source, or an option is invalid
   */
  static ViewSource of(Options chosen) {
    ViewSource source =
        switch (chosen.provider()) {
          case TEXTS -> (example, seed, row) -> example.views();
          case WordDeletion.NAME ->
              new WordDeletion(chosen.number("rate", WordDeletion.DEFAULT_RATE));
          case WordRepetition.NAME ->
              new WordRepetition(chosen.number("rate", WordRepetition.DEFAULT_RATE));
          case Crop.NAME -> new Crop(chosen.number("rate", Crop.DEFAULT_RATE));
          default ->
              throw new InvalidInputException(
                  "There is no source of views named '%s'; there are texts, word-deletion, word-repetition and crop."
                      .formatted(chosen.provider()));
        };
    chosen.refuseUnread("source of views");
    return source;
  }
}
