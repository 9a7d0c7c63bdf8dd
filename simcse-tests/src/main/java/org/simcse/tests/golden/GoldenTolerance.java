package org.simcse.tests.golden;

import org.simcse.tests.TestEnvironment;

/**
 * The deviation from the golden numbers that rounding alone may cause, whatever its instruction set
 * and the order of its sums: each bound is a fraction of the magnitude of the summands.
 *
 * <p>A rounding changes a number by at most the unit roundoff u, as a share of it, and by 0.41 u in
 * the root mean square: u/√3 for an error uniform within u, times √½ for significands uniform in
 * [1, 2). N roundings one after another, whose signs are independent, add up to 0.41 √N u (Higham
 * and Mary 2019, "A New Approach to Probabilistic Rounding Error Analysis"). On its way through a
 * tiny model a number goes through 20 products: in each of three layers query or key, scores,
 * context and three linear layers, then the head's and the similarity. Three standard deviations
 * are allowed of every entry, two of the norm of a whole tensor.
 *
 * <p>Measured errors, with instruction sets from SSE4.1 to AVX-512, on one thread and on two, are
 * at most half of every bound.
 *
 * @param roundoff u: the largest relative error of a rounding
 * @param roundings the number of roundings per product
 */
record GoldenTolerance(double roundoff, int roundings) {
  /** Of 32-bit floating point. */
  static final GoldenTolerance SINGLE = of(0x1p-24);

  /** Of products whose two factors and result are {@code BFLOAT16}, with finer sums. */
  static final GoldenTolerance HALF = new GoldenTolerance(0x1p-8, 3);

  /** Three standard deviations of one rounding, in units of u. */
  static final double SPREAD = 3 * 0.41;

  private static final int PRODUCTS = 20;
  private static final int WIDTH = 32;
  private static final double ENTRY = 3;
  private static final double NORM = 2;

  /** Of the precision that a backend computes in. */
  static GoldenTolerance of(TestEnvironment environment) {
    return of(environment.tolerance().roundoff());
  }

  /** Returns the tolerance for 64 summands, the longest sums of the tiny models. */
  private static GoldenTolerance of(double roundoff) {
    return new GoldenTolerance(roundoff, 64);
  }

  private double deviation(int products) {
    return 0.41 * Math.sqrt((double) products * roundings) * roundoff;
  }

  /** Of hidden states and vectors: a share of the largest entry of the tensor. */
  double value() {
    return ENTRY * deviation(PRODUCTS);
  }

  /**
   * Of similarities over temperature, absolute. Both vectors are off, and the independent errors of
   * their entries average out: the error of a cosine is √2/√width times that of an entry.
   */
  double logits(GoldenCase golden) {
    return ENTRY * logitDeviation(golden);
  }

  private static double temperature(GoldenCase golden) {
    return golden.options().get("temp").asDouble();
  }

  private double logitDeviation(GoldenCase golden) {
    return deviation(PRODUCTS) * Math.sqrt(2.0 / WIDTH) / temperature(golden);
  }

  /**
   * Of a loss, absolute. The contrastive one is a mean over rows of differences of logits; others
   * are sums of the loss's own size.
   *
   * @param term the loss's name
   */
  double loss(GoldenCase golden, String term, double value) {
    double contrastive = logits(golden) / Math.sqrt(golden.rows());
    return term.equals("contrastive") ? contrastive : contrastive + value() * Math.abs(value);
  }

  /**
   * Of an entry of a parameter's gradient: a share of the largest sum, over the tensor, of the
   * magnitudes of the contributions to an entry. The gradient itself can be much smaller, where
   * they cancel.
   */
  double gradient(GoldenCase golden) {
    return ENTRY * gradientDeviation(golden);
  }

  /** Of a parameter's gradient: a share of the norm of those sums of magnitudes. */
  double gradientNorm(GoldenCase golden) {
    return NORM * gradientDeviation(golden);
  }

  /**
   * Of a contribution: the way there and back, and the derivative of the loss. Softmax makes the
   * absolute error of the logits the relative error of that; the sequences' are independent.
   */
  private double gradientDeviation(GoldenCase golden) {
    double sequences = golden.rows() * golden.views();
    return Math.hypot(deviation(2 * PRODUCTS), logitDeviation(golden) / Math.sqrt(sequences));
  }
}
