package org.simcse.core.data;

import java.util.ArrayList;
import java.util.List;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.tensor.PortableRandom;

/**
 * A text and a copy with words deleted. Words are separated by white space; if all words of a text
 * would be deleted, one is kept (Wei and Zou 2019, "EDA: Easy Data Augmentation", section 2).
 *
 * @param rate the probability of deleting a word, in (0, 1)
 */
record WordDeletion(double rate) implements ViewSource {
  /** α of the paper, recommended there for most data set sizes (section 4.4). */
  static final double DEFAULT_RATE = 0.1;

  /** Distinguishes these draws from those of dropout, whose sites count from 0. */
  private static final int SITE = -1;

  WordDeletion {
    if (!(rate > 0 && rate < 1)) {
      throw new InvalidInputException(
          "The option rate=%s of word-deletion must be between 0 and 1.".formatted(rate));
    }
  }

  @Override
  public List<String> views(Example example, long seed, long row) {
    if (example.texts().size() != 1) {
      throw new InvalidInputException(
          "The source of views word-deletion makes a positive of one text, but the row on line %d has %d; choose texts."
              .formatted(example.line(), example.texts().size()));
    }
    String text = example.texts().get(0);
    return List.of(text, shortened(text, seed, row));
  }

  /** Returns the text itself if nothing is deleted, else the remaining words joined by a space. */
  private String shortened(String text, long seed, long row) {
    String[] words = text.strip().split("\\s+");
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < words.length; i++) {
      if (PortableRandom.uniform(seed, SITE, row, i) >= rate) {
        kept.add(words[i]);
      }
    }
    if (kept.size() == words.length) {
      return text;
    }
    int survivor = (int) (PortableRandom.uniform(seed, SITE, row, words.length) * words.length);
    return kept.isEmpty() ? words[survivor] : String.join(" ", kept);
  }
}
