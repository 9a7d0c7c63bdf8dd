package org.simcse.api.tensor;

/**
 * The type of the elements of a tensor.
 *
 * @since 0.1.0
 */
public enum ElementType {
  /**
   * The engine's working precision: 32-bit floating point on engines, 64-bit on a reference
   * backend.
   */
  FLOAT,
  /** 16-bit floating point with 8 exponent bits; only inside a program, never on the host. */
  BFLOAT16,
  /** 64-bit signed integers, for ids, positions and seeds. */
  INT,
  /** Truth values; only inside a program, never on the host. */
  BOOL;

  /** Returns whether arithmetic of this type is differentiable. */
  public boolean isFloating() {
    return this == FLOAT || this == BFLOAT16;
  }
}
