package org.simcse.core.evaluate.transfer;

/**
 * Updates the weights of a classifier from their gradients, in single precision and with PyTorch's
 * defaults. Holds its state for a fixed number of weight vectors. Not thread-safe.
 */
abstract class WeightOptimizer {
  private static final float EPSILON = 1e-8f;

  /** Begins a step, in which every vector is updated once. */
  void begin() {}

  /** Updates vector {@code index} by its gradient, both {@code [D]}. */
  abstract void update(int index, float[] weights, float[] gradient);

  /**
   * Adam (Kingma and Ba 2015, Algorithm 1) as {@code torch.optim.Adam}: learning rate 0.001, decay
   * 0.9 and 0.999.
   */
  static final class Adam extends WeightOptimizer {
    private static final double RATE = 1e-3;
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;

    private final float[][] first;
    private final float[][] second;
    private int step;
    private float rate;
    private float scale;

    Adam(int vectors, int size) {
      first = new float[vectors][size];
      second = new float[vectors][size];
    }

    @Override
    void begin() {
      step++;
      rate = (float) (RATE / (1 - Math.pow(BETA1, step)));
      scale = (float) (1 / Math.sqrt(1 - Math.pow(BETA2, step)));
    }

    @Override
    void update(int index, float[] weights, float[] gradient) {
      float[] m = first[index];
      float[] v = second[index];
      float keep = (float) BETA2;
      for (int i = 0; i < weights.length; i++) {
        float g = gradient[i];
        m[i] += (float) (1 - BETA1) * (g - m[i]);
        v[i] = keep * v[i] + (float) (1 - BETA2) * (g * g);
        weights[i] -= rate * m[i] / ((float) Math.sqrt(v[i]) * scale + EPSILON);
      }
    }
  }

  /**
   * RMSprop (Tieleman and Hinton 2012, lecture 6.5) as {@code torch.optim.RMSprop}: learning rate
   * 0.01, decay 0.99.
   */
  static final class RmsProp extends WeightOptimizer {
    private static final float RATE = 0.01f;
    private static final float DECAY = 0.99f;

    private final float[][] squares;

    RmsProp(int vectors, int size) {
      squares = new float[vectors][size];
    }

    @Override
    void update(int index, float[] weights, float[] gradient) {
      float[] v = squares[index];
      for (int i = 0; i < weights.length; i++) {
        float g = gradient[i];
        v[i] = DECAY * v[i] + (float) (1 - 0.99) * (g * g);
        weights[i] -= RATE * g / ((float) Math.sqrt(v[i]) + EPSILON);
      }
    }
  }
}
