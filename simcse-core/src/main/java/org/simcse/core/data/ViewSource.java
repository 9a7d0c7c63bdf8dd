package org.simcse.core.data;

import java.util.List;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.Options;

/**
 * What makes the views of an example: the texts that are encoded as anchor, positive and hard
 * negatives. Implementations are safe to share between threads.
 */
@FunctionalInterface
public interface ViewSource {
  /** The name of the source that takes the texts as they are. */
  String TEXTS = "texts";

  /**
   * The V views of an example, V being the same for all examples of a run.
   *
   * @param seed what random changes follow from, such as the seed of a step
   * @param row tells the example from others under the same seed
   * @throws InvalidInputException if the example does not have the texts that are needed
   */
  List<String> views(Example example, long seed, long row);

  /**
   * A source by its name.
   *
   * <ul>
   *   <li>{@code texts}: the example's own texts; a single one is both anchor and positive, and
   *       dropout alone makes them differ (Gao et al. 2021, section 3)
   *   <li>{@code word-deletion:rate=0.1}: the positive is the one text with words left out, each
   *       with the given probability (Wei and Zou 2019, "EDA", section 2)
   * </ul>
   *
   * @throws InvalidInputException if there is no such source, or an option makes no sense
   */
  static ViewSource of(Options chosen) {
    ViewSource source =
        switch (chosen.provider()) {
          case TEXTS -> (example, seed, row) -> example.views();
          case "word-deletion" ->
              new WordDeletion(chosen.number("rate", WordDeletion.DEFAULT_RATE));
          default ->
              throw new InvalidInputException(
                  "There is no source of views named '%s'; there are texts and word-deletion."
                      .formatted(chosen.provider()));
        };
    chosen.refuseUnread("source of views");
    return source;
  }
}
