package org.simcse.benchmarks;

import java.util.Collection;

/** The sizes of all-MiniLM-L6-v2 and the work that they make. */
final class MiniLm {
  static final int LAYERS = 6;
  static final int HIDDEN = 384;
  static final int INTERMEDIATE = 1536;
  static final int HEADS = 12;

  private MiniLm() {}

  /**
   * Floating-point operations of the linear layers and of attention's two products, on real tokens:
   * a batch's padding is no work.
   *
   * @param lengths the texts' numbers of tokens
   */
  static double operations(Collection<Integer> lengths) {
    return lengths.stream().mapToDouble(length -> linear(length) + attention(length)).sum();
  }

  /** Of the linear layers, for any number of tokens. */
  static double linear(long tokens) {
    return 2.0 * LAYERS * tokens * (4.0 * HIDDEN * HIDDEN + 2.0 * HIDDEN * INTERMEDIATE);
  }

  /** Of attention, for one text. */
  static double attention(long tokens) {
    return 4.0 * LAYERS * tokens * tokens * HIDDEN;
  }
}
