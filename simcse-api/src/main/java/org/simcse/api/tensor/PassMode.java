package org.simcse.api.tensor;

/**
 * How a forward pass computes.
 *
 * @param training whether dropout is on
 * @param dropout where dropout draws from
 */
public record PassMode(boolean training, DropoutMode dropout) {
  /** With the engine's own dropout. */
  public static PassMode of(boolean training) {
    return new PassMode(training, DropoutMode.NATIVE);
  }
}
