package org.simcse.tests.reference;

import java.util.Arrays;

/** The matrix products {@code [n, k] x [k, m]} of a batch, over operands in one run. */
final class BatchProduct {
  private final Node a;
  private final Node b;
  private final boolean transposeA;
  private final boolean transposeB;
  private final int n;
  private final int k;
  private final int m;
  private final int[] placesA;
  private final int[] placesB;

  /**
   * Reads the sizes of one run.
   *
   * @param sizes of the result
   */
  BatchProduct(Run run, Node a, Node b, boolean transposeA, boolean transposeB, int[] sizes) {
    this.a = a;
    this.b = b;
    this.transposeA = transposeA;
    this.transposeB = transposeB;
    int[] sizesA = run.sizes(a);
    this.n = sizes[sizes.length - 2];
    this.k = sizesA[sizesA.length - (transposeA ? 2 : 1)];
    this.m = sizes[sizes.length - 1];
    int[] batch = leading(sizes);
    this.placesA = Indices.broadcast(leading(sizesA), batch);
    this.placesB = Indices.broadcast(leading(run.sizes(b)), batch);
  }

  private static int[] leading(int[] sizes) {
    return Arrays.copyOf(sizes, sizes.length - 2);
  }

  double[] forward(Run run) {
    double[] result = new double[placesA.length * n * m];
    for (int i = 0; i < placesA.length; i++) {
      result(result, i).addProduct(left(run.value(a), i), right(run.value(b), i), n, k, m);
    }
    return result;
  }

  /** Adds {@code gradient bᵀ} to the gradient of a and {@code aᵀ gradient} to that of b. */
  void backward(Run run, double[] gradient) {
    for (int i = 0; i < placesA.length; i++) {
      Matrix change = result(gradient, i);
      if (a.differentiable) {
        Matrix other = right(run.value(b), i).transposed();
        left(run.gradient(a), i).addProduct(change, other, n, m, k);
      }
      if (b.differentiable) {
        Matrix other = left(run.value(a), i).transposed();
        right(run.gradient(b), i).addProduct(other, change, k, n, m);
      }
    }
  }

  private Matrix result(double[] data, int i) {
    return Matrix.rows(data, i * n * m, m);
  }

  private Matrix left(double[] data, int i) {
    int offset = placesA[i] * n * k;
    return transposeA ? Matrix.rows(data, offset, n).transposed() : Matrix.rows(data, offset, k);
  }

  private Matrix right(double[] data, int i) {
    int offset = placesB[i] * k * m;
    return transposeB ? Matrix.rows(data, offset, k).transposed() : Matrix.rows(data, offset, m);
  }
}
