package org.simcse.core.embed;

import org.simcse.api.error.ShapeException;

/**
 * The cosine similarity of vectors.
 *
 * @since 0.1.0
 */
public final class Cosine {
  private Cosine() {}

  /**
   * Returns the cosine of two vectors, in [-1, 1]; 0 if one of them is zero, NaN if a component is
   * NaN or infinite.
   *
   * @throws ShapeException if they differ in size
   */
  public static double of(float[] a, float[] b) {
    if (a.length != b.length) {
      throw new ShapeException(
          "A vector of %d numbers cannot be compared with one of %d."
              .formatted(a.length, b.length));
    }
    double product = 0;
    double squaresOfA = 0;
    double squaresOfB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      squaresOfA += (double) a[i] * a[i];
      squaresOfB += (double) b[i] * b[i];
    }
    // The products of squares of floats, 4e-180 to 1e154 times D^2, are far within a double's
    // range.
    // A single root: for equal vectors it gives their square exactly, so that their cosine is 1.
    // For other parallel vectors, rounding may exceed 1.
    double norms = Math.sqrt(squaresOfA * squaresOfB);
    return norms == 0 ? 0 : Math.max(-1, Math.min(1, product / norms));
  }
}
