package org.simcse.core.modeldir;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * A module behind the pooling, as sentence-transformers lists them in {@code modules.json}: row by
 * row, a vector {@code [D]} becomes another.
 */
public sealed interface SentenceModule {
  /** The module's folder within the model directory, such as {@code 2_Dense}. */
  String path();

  /**
   * {@code activation(W x + b)}, plus {@code x} or {@code R x} where there is a residual
   * connection.
   *
   * @param path the folder
   * @param inFeatures the size of {@code x}
   * @param outFeatures the size of the result
   * @param activation follows the linear map
   * @param bias whether there is a b
   * @param residual whether the input is added to the result: as it is where both have one size,
   *     else through a linear map R
   * @param weights the file with {@code linear.weight} {@code [outFeatures, inFeatures]}, {@code
   *     linear.bias} {@code [outFeatures]} and {@code residual.weight} {@code [outFeatures,
   *     inFeatures]}
   */
  record Dense(
      String path,
      int inFeatures,
      int outFeatures,
      Activation activation,
      boolean bias,
      boolean residual,
      Path weights)
      implements SentenceModule {}

  /**
   * Layer normalisation with the epsilon of PyTorch, 1e-5.
   *
   * @param path the folder
   * @param size D
   * @param weights the file with {@code norm.weight} and {@code norm.bias}, both {@code [D]}
   */
  record LayerNorm(String path, int size, Path weights) implements SentenceModule {}

  /**
   * Scaling to length 1.
   *
   * @param path the folder
   */
  record Normalize(String path) implements SentenceModule {}

  /** What follows a linear map. */
  enum Activation {
    /** The hyperbolic tangent. */
    TANH("torch.nn.modules.activation.Tanh"),
    /** Nothing. */
    IDENTITY("torch.nn.modules.linear.Identity"),
    /** The exact Gaussian error linear unit. */
    GELU("torch.nn.modules.activation.GELU"),
    /** {@code max(x, 0)}. */
    RELU("torch.nn.modules.activation.ReLU"),
    /** {@code 1 / (1 + exp(-x))}. */
    SIGMOID("torch.nn.modules.activation.Sigmoid");

    private final String className;

    Activation(String className) {
      this.className = className;
    }

    /** The class of PyTorch that a {@code config.json} names. */
    public String className() {
      return className;
    }

    static Optional<Activation> of(String className) {
      return Arrays.stream(values()).filter(a -> a.className.equals(className)).findFirst();
    }
  }
}
