package org.simcse.core.data;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.tensor.PortableRandom;

/**
 * A text and a copy with changed words. Words are separated by white space. Seed and row alone
 * decide what is changed.
 */
interface WordAugmentation extends ViewSource {
  /** Distinguishes these draws from those of dropout, whose sites count from 0. */
  int SITE = -1;

  /** Returns the name of the source. */
  String name();

  /**
   * Returns the words of the copy: at least one, and as many as there are only if none is changed.
   *
   * @param words the words of the text, at least one
   * @param uniform independent draws from [0, 1), by any index
   */
  List<String> changed(List<String> words, IntToDoubleFunction uniform);

  @Override
  default List<String> views(Example example, long seed, long row) {
    if (example.texts().size() != 1) {
      throw new InvalidInputException(
          "The source of views %s makes a positive of one text, but the row on line %d has %d; choose texts."
              .formatted(name(), example.line(), example.texts().size()));
    }
    String text = example.texts().get(0);
    if (text.isBlank()) {
      return List.of(text, text);
    }
    List<String> words = Arrays.asList(text.strip().split("\\s+"));
    List<String> changed = changed(words, i -> PortableRandom.uniform(seed, SITE, row, i));
    return List.of(text, changed.size() == words.size() ? text : String.join(" ", changed));
  }

  /**
   * Validates a share of words.
   *
   * @throws InvalidInputException if it is not in (0, 1)
   */
  default void requireShare(double rate) {
    if (!(rate > 0 && rate < 1)) {
      throw new InvalidInputException(
          "The option rate=%s of %s must be between 0 and 1.".formatted(rate, name()));
    }
  }
}
