package org.simcse.api.tensor;

import org.simcse.api.engine.Precision;

/**
 * The mode of a forward pass.
 *
 * @param training whether dropout is on
 * @param dropout the generator of dropout masks
 * @param precision the precision of large products
 * @since 0.1.0
 */
public record PassMode(boolean training, DropoutMode dropout, Precision precision) {
  /** Checks that the precision is resolved. */
  public PassMode {
    if (precision == Precision.AUTO) {
      throw new IllegalArgumentException(
          "A pass is computed in FP32 or BF16: a backend settles what AUTO means when it is created.");
    }
  }

  /** Returns a mode with native dropout, in single precision. */
  public static PassMode of(boolean training) {
    return new PassMode(training, DropoutMode.NATIVE, Precision.FP32);
  }
}
