package org.simcse.core.data;

import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * A text and a contiguous part of it (Gao et al. 2021, "SimCSE", table 1). Of N words {@code rate *
 * N} are cut off, rounded up or down at random so that this is their mean, but never all; every
 * part of that length has the same probability.
 *
 * @param rate the share of words that are cut off, in (0, 1)
 */
record Crop(double rate) implements WordAugmentation {
  static final String NAME = "crop";

  /** The best of the rates in the paper. */
  static final double DEFAULT_RATE = 0.1;

  Crop {
    requireShare(rate);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> changed(List<String> words, IntToDoubleFunction uniform) {
    int count = words.size();
    int cut = Math.min(count - 1, (int) (rate * count + uniform.applyAsDouble(0)));
    int start = (int) (uniform.applyAsDouble(1) * (cut + 1));
    return words.subList(start, start + count - cut);
  }
}
