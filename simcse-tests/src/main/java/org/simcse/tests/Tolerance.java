package org.simcse.tests;

/**
 * The allowed deviation of a backend from the reference, relative to the largest number of a tensor
 * or to 1, whichever is larger; and the precision it computes in, which determines the tolerances
 * of golden values.
 *
 * @param values of results in single precision
 * @param gradients of gradients, against the reference's and against central differences
 * @param bfloat16 of results that went through {@code BFLOAT16}
 * @param roundoff the unit roundoff of the backend's arithmetic
 * @since 0.1.0
 */
public record Tolerance(double values, double gradients, double bfloat16, double roundoff) {
  /**
   * Returns the defaults: 1e-5 for values, 1e-3 for gradients, 2e-2 for {@code BFLOAT16}; single
   * precision, 2^-24.
   */
  public static Tolerance defaults() {
    return new Tolerance(1e-5, 1e-3, 2e-2, 0x1p-24);
  }

  /** Returns a copy with the given unit roundoff. */
  public Tolerance withRoundoff(double other) {
    return new Tolerance(values, gradients, bfloat16, other);
  }
}
