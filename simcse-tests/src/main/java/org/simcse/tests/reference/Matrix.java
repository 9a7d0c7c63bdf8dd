package org.simcse.tests.reference;

/**
 * A matrix inside an array: element {@code (i, j)} is {@code data[offset + i * row + j * column]}.
 */
record Matrix(double[] data, int offset, int row, int column) {
  /** Returns rows of {@code width} elements, one after the other. */
  static Matrix rows(double[] data, int offset, int width) {
    return new Matrix(data, offset, width, 1);
  }

  Matrix transposed() {
    return new Matrix(data, offset, column, row);
  }

  /** {@code this += a b}, of {@code [n, k]} and {@code [k, m]}. */
  void addProduct(Matrix a, Matrix b, int n, int k, int m) {
    for (int i = 0; i < n; i++) {
      if (b.column == 1) {
        addRow(i, a, b, k, m);
      } else {
        addDots(i, a, b, k, m);
      }
    }
  }

  /** Row by row of {@code b}, whose rows are contiguous. */
  private void addRow(int i, Matrix a, Matrix b, int k, int m) {
    for (int p = 0; p < k; p++) {
      double x = a.data[a.offset + i * a.row + p * a.column];
      int from = b.offset + p * b.row;
      int to = offset + i * row;
      for (int j = 0; j < m; j++) {
        data[to + j * column] += x * b.data[from + j];
      }
    }
  }

  private void addDots(int i, Matrix a, Matrix b, int k, int m) {
    for (int j = 0; j < m; j++) {
      double dot = 0;
      for (int p = 0; p < k; p++) {
        dot +=
            a.data[a.offset + i * a.row + p * a.column]
                * b.data[b.offset + p * b.row + j * b.column];
      }
      data[offset + i * row + j * column] += dot;
    }
  }
}
