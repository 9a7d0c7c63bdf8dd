package org.simcse.api.tensor;

/** Where dropout draws from. */
public enum DropoutMode {
  /** The engine's own generator: fast; what is dropped depends on the engine and the batch. */
  NATIVE,
  /**
   * {@link PortableRandom}: what is dropped of a row depends on the seed and the row's number alone
   * ({@link ForwardPass#keyed}), the same on every engine, in any batch and behind any padding.
   */
  PORTABLE
}
