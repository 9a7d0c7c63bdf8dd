package org.simcse.api.tensor;

import java.util.List;

/**
 * The parameters of one dropout, which determine the elements that it zeroes.
 *
 * @param rate the fraction of elements zeroed, in [0, 1); 0 changes nothing
 * @param seed the run's seed, a scalar of {@link ElementType#INT}
 * @param site the index of this dropout in the program: the same seed draws different masks at
 *     different sites
 * @param keys the keys of portable dropout, as in {@link TensorOps#uniform}; empty if the engine's
 *     own generator may be used
 * @param <H> the engine's handle
 * @since 0.1.0
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
   * Returns the largest draw of {@link PortableRandom} below the rate, or -1 if there is none:
   * exactly representable in single precision, so that all engines compare alike.
   */
  double lastZeroed() {
    double draws = 0x1p24;
    return rate == 0 ? -1 : (Math.ceil(rate * draws) - 1) / draws;
  }
}
