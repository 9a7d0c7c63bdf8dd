package org.simcse.tests;

/**
 * How far a backend may be from the reference, relative to the largest number of a tensor or to 1,
 * whichever is larger; and in what precision it computes, from which the tolerances of golden
 * values follow.
 *
 * @param values of results in single precision
 * @param gradients of gradients, against the reference's and against central differences
 * @param bfloat16 of results that went through {@code BFLOAT16}
 * @param roundoff the unit roundoff of the backend's arithmetic
 */
public record Tolerance(double values, double gradients, double bfloat16, double roundoff) {
  /** 1e-5 for values, 1e-3 for gradients, 2e-2 for {@code BFLOAT16}; single precision, 2^-24. */
  public static Tolerance defaults() {
    return new Tolerance(1e-5, 1e-3, 2e-2, 0x1p-24);
  }

  /** The same with another unit roundoff. */
  public Tolerance withRoundoff(double other) {
    return new Tolerance(values, gradients, bfloat16, other);
  }
}
