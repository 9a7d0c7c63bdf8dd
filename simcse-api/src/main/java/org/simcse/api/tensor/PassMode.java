package org.simcse.api.tensor;

import org.simcse.api.engine.Precision;

/**
 * How a forward pass computes.
 *
 * @param training whether dropout is on
 * @param dropout where dropout draws from
 * @param precision what large products are computed in
 */
public record PassMode(boolean training, DropoutMode dropout, Precision precision) {
  /** Checks that the precision is settled. */
  public PassMode {
    if (precision == Precision.AUTO) {
      throw new IllegalArgumentException(
          "A pass is computed in FP32 or BF16: a backend settles what AUTO means when it is created.");
    }
  }

  /** With the engine's own dropout, in single precision. */
  public static PassMode of(boolean training) {
    return new PassMode(training, DropoutMode.NATIVE, Precision.FP32);
  }
}
