package org.simcse.core.data;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * A text and a copy with words deleted. If all words of a text would be deleted, one is kept (Wei
 * and Zou 2019, "EDA: Easy Data Augmentation", section 2).
 *
 * @param rate the probability of deleting a word, in (0, 1)
 */
record WordDeletion(double rate) implements WordAugmentation {
  static final String NAME = "word-deletion";

  /** α of the paper, recommended there for most data set sizes (section 4.4). */
  static final double DEFAULT_RATE = 0.1;

  WordDeletion {
    requireShare(rate);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> changed(List<String> words, IntToDoubleFunction uniform) {
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      if (uniform.applyAsDouble(i) >= rate) {
        kept.add(words.get(i));
      }
    }
    int survivor = (int) (uniform.applyAsDouble(words.size()) * words.size());
    return kept.isEmpty() ? List.of(words.get(survivor)) : kept;
  }
}
