package org.simcse.api.tensor;

/**
 * The random generator of dropout.
 *
 * @since 0.1.0
 */
public enum DropoutMode {
  /** The engine's own generator: fast; the dropped elements depend on the engine and the batch. */
  NATIVE,
  /**
   * {@link PortableRandom}: the dropped elements of a row depend only on the seed and the row's key
   * ({@link ForwardPass#keyed}), the same on every engine, in any batch and with any padding.
   */
  PORTABLE
}
