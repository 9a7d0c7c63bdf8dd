package org.simcse.tests.reference;

/** The error function in double precision. */
final class ErrorFunction {
  /**
   * Beyond this argument the function differs from 1 by less than half a unit in the last place.
   */
  private static final double FLAT = 6;

  private ErrorFunction() {}

  /**
   * Returns {@code 2/√π · e^(-x²) · Σ 2^n x^(2n+1) / (1·3·…·(2n+1))} (Abramowitz and Stegun 7.1.6),
   * whose terms share one sign, so that nothing cancels.
   */
  static double erf(double x) {
    if (Math.abs(x) >= FLAT) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > Math.ulp(sum) / 4; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return sum * derivative(x);
  }

  /** Returns {@code 2/√π · e^(-x²)}. */
  static double derivative(double x) {
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x);
  }
}
