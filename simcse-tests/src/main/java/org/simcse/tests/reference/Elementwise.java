package org.simcse.tests.reference;

import java.util.function.DoubleBinaryOperator;

/**
 * Two operands of one run, broadcast to a common shape.
 *
 * @param left for each element of the result, its index in {@code x}
 * @param right for each element of the result, its index in {@code y}
 */
record Elementwise(double[] x, double[] y, int[] left, int[] right) {
  static Elementwise of(Run run, Node a, Node b, int[] sizes) {
    return new Elementwise(
        run.value(a),
        run.value(b),
        Indices.broadcast(run.sizes(a), sizes),
        Indices.broadcast(run.sizes(b), sizes));
  }

  double[] apply(DoubleBinaryOperator function) {
    double[] result = new double[left.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = function.applyAsDouble(x[left[i]], y[right[i]]);
    }
    return result;
  }

  void addLeft(double[] gradient, DoubleBinaryOperator derivative, double[] sum) {
    for (int i = 0; i < gradient.length; i++) {
      sum[left[i]] += gradient[i] * derivative.applyAsDouble(x[left[i]], y[right[i]]);
    }
  }

  void addRight(double[] gradient, DoubleBinaryOperator derivative, double[] sum) {
    for (int i = 0; i < gradient.length; i++) {
      sum[right[i]] += gradient[i] * derivative.applyAsDouble(x[left[i]], y[right[i]]);
    }
  }
}
