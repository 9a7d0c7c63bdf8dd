package org.simcse.core.modeldir;

import java.nio.file.Path;
import org.simcse.core.weights.Checkpoint;

/**
 * A layer {@code activation(W x + b)} behind the pooler, as sentence-transformers keeps it in a
 * folder of its own.
 *
 * @param inFeatures the pooled vector's size
 * @param outFeatures the sentence vector's size
 * @param activation what follows the linear map
 * @param bias whether there is a b
 * @param weights a file with {@code linear.weight} {@code [outFeatures, inFeatures]} and {@code
 *     linear.bias} {@code [outFeatures]}, for {@link Checkpoint#open}
 */
public record DenseLayer(
    int inFeatures, int outFeatures, Activation activation, boolean bias, Path weights) {

  /** What follows the linear map. */
  public enum Activation {
    /** The hyperbolic tangent. */
    TANH,
    /** Nothing. */
    IDENTITY
  }
}
