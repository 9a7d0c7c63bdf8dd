package org.simcse.api.engine;

import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.ForwardPass;

/** What the products of linear layers and of attention are computed in. */
public enum Precision {
  /** Single precision throughout. */
  FP32,
  /**
   * The factors of {@link ForwardPass#linear} and of attention's two products are rounded to {@link
   * ElementType#BFLOAT16}, and so may be their results. All else stays in single precision:
   * parameters, softmax, normalisation, activations, losses, updates.
   */
  BF16,
  /**
   * {@link #BF16} where the device multiplies it natively and the backend does not lack it, else
   * {@link #FP32}: decided when a backend is created, see {@link Backend#precision}.
   */
  AUTO
}
