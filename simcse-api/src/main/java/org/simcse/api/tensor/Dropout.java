package org.simcse.api.tensor;

import java.util.List;

/**
 * What decides which elements a dropout zeroes.
 *
 * @param rate the share of elements zeroed, in [0, 1); 0 leaves everything as it is
 * @param seed the run's seed, a scalar of {@link ElementType#INT}
 * @param site which dropout of the program this is: the same seed draws other masks at other sites
 * @param keys of portable dropout, those of {@link TensorOps#uniform}; empty where the engine's own
 *     generator may draw
 * @param <H> the engine's handle
 */
public record Dropout<H>(double rate, H seed, int site, List<H> keys) {
  /** Checks the rate. */
  public Dropout {
    keys = List.copyOf(keys);
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(
          "A dropout rate must be at least 0 and below 1, but it is " + rate + ".");
    }
  }

  /**
   * The largest draw of {@link PortableRandom} below the rate, or -1 where there is none: a number
   * that single precision holds exactly, so that engines compare alike.
   */
  double lastZeroed() {
    double draws = 0x1p24;
    return rate == 0 ? -1 : (Math.ceil(rate * draws) - 1) / draws;
  }
}
