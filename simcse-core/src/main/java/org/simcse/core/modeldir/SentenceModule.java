package org.simcse.core.modeldir;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * A module after the pooling, as listed in sentence-transformers' {@code modules.json}: maps each
 * vector {@code [D]} to another.
 *
 * @since 0.1.0
 */
public sealed interface SentenceModule {
  /** Returns the module's folder within the model directory, such as {@code 2_Dense}. */
  String path();

  /** Returns the file of the module's parameters; empty if it has none. */
  Optional<Path> weightsFile();

  /**
   * {@code activation(W x + b)}, plus {@code x} or {@code R x} if there is a residual connection.
   *
   * @param path the folder
   * @param inFeatures the size of {@code x}
   * @param outFeatures the size of the result
   * @param activation the activation after the linear map
   * @param bias whether there is a bias b
   * @param residual whether the input is added to the result: unchanged if both have the same size,
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
      implements SentenceModule {
    @Override
    public Optional<Path> weightsFile() {
      return Optional.of(weights);
    }
  }

  /**
   * Layer normalization with the epsilon of PyTorch, 1e-5.
   *
   * @param path the folder
   * @param size D
   * @param weights the file with {@code norm.weight} and {@code norm.bias}, both {@code [D]}
   */
  record LayerNorm(String path, int size, Path weights) implements SentenceModule {
    @Override
    public Optional<Path> weightsFile() {
      return Optional.of(weights);
    }
  }

  /**
   * Scaling to length 1.
   *
   * @param path the folder
   */
  record Normalize(String path) implements SentenceModule {
    @Override
    public Optional<Path> weightsFile() {
      return Optional.empty();
    }
  }

  /** The activation after a linear map. */
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

    /** Returns the PyTorch class that a {@code config.json} names. */
    public String className() {
      return className;
    }

    static Optional<Activation> of(String className) {
      return Arrays.stream(values()).filter(a -> a.className.equals(className)).findFirst();
    }
  }
}
