package org.simcse.tests.golden;

/**
 * How far a backend may be from the golden numbers.
 *
 * @param value of hidden states and pooled vectors, absolute
 * @param loss of the loss, relative
 * @param logits of similarities over temperature, absolute; they are up to 20 in size
 * @param gradient relative to the largest entry of the same gradient
 * @param gradientFloor relative to the largest entry of all gradients: what is zero by mathematics
 *     is rounding on any engine
 * @param forms of a gradient in micro-batches against the same in one program, relative to the
 *     largest entry of the same gradient: the order of sums differs
 */
public record GoldenTolerance(
    double value, double loss, double logits, double gradient, double gradientFloor, double forms) {
  /** For backends that compute in 32-bit floating point. */
  public static final GoldenTolerance SINGLE =
      new GoldenTolerance(1e-5, 1e-5, 1e-4, 1e-4, 1e-7, 2e-5);

  /** For backends that compute in 64-bit floating point. */
  public static final GoldenTolerance DOUBLE =
      new GoldenTolerance(1e-10, 1e-10, 1e-10, 1e-9, 1e-14, 1e-10);
}
