package org.simcse.api.engine;

/**
 * What a backend can do. All are expected; a backend lists what it lacks and refuses it by name.
 */
public enum Capability {
  /** {@link Program#valueAndGradients}. */
  GRADIENTS,
  /** Dropout while training. */
  DROPOUT,
  /**
   * Casts to {@link org.simcse.api.tensor.ElementType#BFLOAT16}, and {@link
   * org.simcse.api.engine.Precision#BF16}.
   */
  BFLOAT16
}
