package org.simcse.api.engine;

import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.ForwardPass;

/**
 * The precision of the products of linear layers and attention.
 *
 * @since 0.1.0
 */
public enum Precision {
  /** Single precision throughout. */
  FP32,
  /**
   * The factors of {@link ForwardPass#linear} and of attention's two products are rounded to {@link
   * ElementType#BFLOAT16}, and so may be their results. Everything else stays in single precision:
   * parameters, softmax, normalisation, activations, losses, updates.
   */
  BF16,
  /**
   * {@link #BF16} if the device supports it natively and the backend does not lack it, else {@link
   * #FP32}; resolved when a backend is created, see {@link Backend#precision}.
   */
  AUTO
}
