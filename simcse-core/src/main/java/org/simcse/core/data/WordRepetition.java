package org.simcse.core.data;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * A text and a copy with words repeated at once, so that the lengths of positives differ (Wu et al.
 * 2022, "ESimCSE"). From 0 to {@code max(2, rate * N)} of N words are repeated, every number and
 * every choice with the same probability. The paper repeats subwords.
 *
 * @param rate the largest share of words to repeat, in (0, 1)
 */
record WordRepetition(double rate) implements WordAugmentation {
  static final String NAME = "word-repetition";

  /** The duplication rate of the paper. */
  static final double DEFAULT_RATE = 0.32;

  WordRepetition {
    requireShare(rate);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> changed(List<String> words, IntToDoubleFunction uniform) {
    int count = words.size();
    int most = Math.min(count, Math.max(2, (int) (rate * count)));
    int left = (int) (uniform.applyAsDouble(count) * (most + 1));
    List<String> repeated = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      repeated.add(words.get(i));
      // Takes each of the remaining words with the same probability until none is left to take.
      if (uniform.applyAsDouble(i) * (count - i) < left) {
        repeated.add(words.get(i));
        left--;
      }
    }
    return repeated;
  }
}
