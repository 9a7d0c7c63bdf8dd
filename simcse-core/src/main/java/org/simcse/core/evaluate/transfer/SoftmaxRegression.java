package org.simcse.core.evaluate.transfer;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A linear classifier: {@code p(c | x) = softmax(W x + b)_c}.
 *
 * <p>Only the differences to class 0 are computed, {@code (w_c - w_0) x + b_c - b_0}: they decide
 * the probabilities, and since the classes' gradients add up to zero, that of class 0 follows from
 * the others. With two classes that halves the work. Not thread-safe while it is trained.
 */
final class SoftmaxRegression {
  /** Rows that are multiplied together, so that a weight is read once for all of them. */
  private static final int BLOCK = 4;

  private final int dimension;

  /** Per class, {@code [D]} and the bias. */
  private final float[][] weights;

  /** Per class but the first, the weights minus those of class 0. */
  private final float[][] differences;

  private SoftmaxRegression(float[][] weights) {
    this.dimension = weights[0].length - 1;
    this.weights = weights;
    this.differences = new float[weights.length - 1][dimension + 1];
  }

  /** Creates weights between -1/√D and 1/√D, as {@code torch.nn.Linear} does. */
  static SoftmaxRegression random(int dimension, int classes, MersenneTwister random) {
    float bound = (float) (1 / Math.sqrt(dimension));
    float[][] weights = new float[classes][dimension + 1];
    for (float[] row : weights) {
      for (int i = 0; i < dimension; i++) {
        row[i] = random.uniform(bound);
      }
    }
    for (float[] row : weights) {
      row[dimension] = random.uniform(bound);
    }
    return new SoftmaxRegression(weights);
  }

  SoftmaxRegression copy() {
    return new SoftmaxRegression(
        Arrays.stream(weights).map(float[]::clone).toArray(float[][]::new));
  }

  /** Returns the weights, {@code [classes, D + 1]}, the bias last. */
  float[][] weights() {
    return weights;
  }

  /** Returns the most probable class of each row; of equal ones the first. */
  int[] predict(float[][] rows) {
    float[][] margins = new float[differences.length][roundedUp(rows.length)];
    margins(rows, IntStream.range(0, rows.length).toArray(), 0, rows.length, margins);
    int[] classes = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      float best = 0;
      for (int c = 0; c < margins.length; c++) {
        if (margins[c][i] > best) {
          best = margins[c][i];
          classes[i] = c + 1;
        }
      }
    }
    return classes;
  }

  /** Returns the fraction of rows whose class is predicted. */
  double accuracy(Rows rows) {
    int[] predicted = predict(rows.features());
    long correct =
        IntStream.range(0, predicted.length).filter(i -> predicted[i] == rows.labels()[i]).count();
    return (double) correct / rows.size();
  }

  /**
   * Takes one step per batch of rows on their mean cross-entropy, with L2 regularisation: {@code
   * l2} times the weights, biases too, is added to their gradient.
   *
   * @param order the indices of the rows in the order in which they are used
   */
  void trainPass(Rows rows, int[] order, int batch, float l2, WeightOptimizer optimizer) {
    float[][] residuals = new float[differences.length][roundedUp(batch)];
    float[][] gradients = new float[weights.length][dimension + 1];
    for (int from = 0; from < order.length; from += batch) {
      int size = Math.min(batch, order.length - from);
      margins(rows.features(), order, from, size, residuals);
      marginsToResiduals(rows.labels(), order, from, size, residuals);
      gradients(rows.features(), order, from, size, residuals, gradients);
      optimizer.begin();
      for (int c = 0; c < weights.length; c++) {
        for (int i = 0; i <= dimension; i++) {
          gradients[c][i] += l2 * weights[c][i];
        }
        optimizer.update(c, weights[c], gradients[c]);
      }
    }
  }

  private static int roundedUp(int size) {
    return (size + BLOCK - 1) / BLOCK * BLOCK;
  }

  /** Returns a row of a batch; behind its end, the last one again. */
  private static float[] row(float[][] rows, int[] order, int from, int size, int index) {
    return rows[order[from + Math.min(index, size - 1)]];
  }

  /** Computes the logits minus that of class 0, {@code [classes - 1, size]}. */
  private void margins(float[][] rows, int[] order, int from, int size, float[][] margins) {
    for (int c = 0; c < differences.length; c++) {
      for (int i = 0; i <= dimension; i++) {
        differences[c][i] = weights[c + 1][i] - weights[0][i];
      }
    }
    for (int at = 0; at < size; at += BLOCK) {
      float[] x0 = row(rows, order, from, size, at);
      float[] x1 = row(rows, order, from, size, at + 1);
      float[] x2 = row(rows, order, from, size, at + 2);
      float[] x3 = row(rows, order, from, size, at + 3);
      for (int c = 0; c < differences.length; c++) {
        products(differences[c], x0, x1, x2, x3, margins[c], at);
      }
    }
  }

  /** Computes the products of the weights with four rows, plus the bias. */
  private static void products(
      float[] weights, float[] x0, float[] x1, float[] x2, float[] x3, float[] products, int at) {
    int dimension = weights.length - 1;
    float sum0 = weights[dimension];
    float sum1 = sum0;
    float sum2 = sum0;
    float sum3 = sum0;
    for (int i = 0; i < dimension; i++) {
      float weight = weights[i];
      sum0 += weight * x0[i];
      sum1 += weight * x1[i];
      sum2 += weight * x2[i];
      sum3 += weight * x3[i];
    }
    products[at] = sum0;
    products[at + 1] = sum1;
    products[at + 2] = sum2;
    products[at + 3] = sum3;
  }

  /**
   * Replaces logits by the gradient of the mean cross-entropy with respect to them: {@code (p_c -
   * [c = label]) / size}, and 0 behind the end of the batch.
   */
  private static void marginsToResiduals(
      int[] labels, int[] order, int from, int size, float[][] values) {
    for (int i = 0; i < size; i++) {
      double max = 0;
      for (float[] margins : values) {
        max = Math.max(max, margins[i]);
      }
      double sum = Math.exp(-max);
      for (float[] margins : values) {
        sum += Math.exp(margins[i] - max);
      }
      int label = labels[order[from + i]];
      for (int c = 0; c < values.length; c++) {
        double probability = Math.exp(values[c][i] - max) / sum;
        values[c][i] = (float) ((probability - (label == c + 1 ? 1 : 0)) / size);
      }
    }
    for (float[] residuals : values) {
      Arrays.fill(residuals, size, roundedUp(size), 0);
    }
  }

  /** Computes the gradients of all weights, {@code [classes, D + 1]}. */
  private void gradients(
      float[][] rows, int[] order, int from, int size, float[][] residuals, float[][] gradients) {
    for (float[] gradient : gradients) {
      Arrays.fill(gradient, 0);
    }
    for (int at = 0; at < size; at += BLOCK) {
      float[] x0 = row(rows, order, from, size, at);
      float[] x1 = row(rows, order, from, size, at + 1);
      float[] x2 = row(rows, order, from, size, at + 2);
      float[] x3 = row(rows, order, from, size, at + 3);
      for (int c = 0; c < residuals.length; c++) {
        add(residuals[c], at, x0, x1, x2, x3, gradients[c + 1]);
      }
    }
    for (int c = 1; c < gradients.length; c++) {
      for (int i = 0; i <= dimension; i++) {
        gradients[0][i] -= gradients[c][i];
      }
    }
  }

  /** Adds four rows, each times its factor, to a sum. */
  private static void add(
      float[] factors, int at, float[] x0, float[] x1, float[] x2, float[] x3, float[] sum) {
    float a0 = factors[at];
    float a1 = factors[at + 1];
    float a2 = factors[at + 2];
    float a3 = factors[at + 3];
    int dimension = sum.length - 1;
    for (int i = 0; i < dimension; i++) {
      sum[i] += a0 * x0[i] + a1 * x1[i] + a2 * x2[i] + a3 * x3[i];
    }
    sum[dimension] += a0 + a1 + a2 + a3; // the bias has the feature 1
  }
}
