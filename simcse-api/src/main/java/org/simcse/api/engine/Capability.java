package org.simcse.api.engine;

/**
 * An optional feature of a backend. All are expected; a backend lists those that it lacks and
 * rejects them by name.
 *
 * @since 0.1.0
 */
public enum Capability {
  /** {@link Program#valueAndGradients}. */
  GRADIENTS,
  /**
   * {@link Program#record}. Without it, training over several ranks computes each row twice, as it
   * does in micro-batches.
   */
  TAPES,
  /** Dropout while training. */
  DROPOUT,
  /**
   * Casts to {@link org.simcse.api.tensor.ElementType#BFLOAT16}, and {@link
   * org.simcse.api.engine.Precision#BF16}.
   */
  BFLOAT16
}
