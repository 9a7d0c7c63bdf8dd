package org.simcse.api.spi;

import org.simcse.api.Pooler;

/** Makes a pooler. */
public interface PoolerProvider extends Provider {
  /**
   * A pooler for that model. Equal models and options should give equal poolers, so that programs
   * can be shared.
   *
   * @throws org.simcse.api.error.InvalidInputException if an option makes no sense
   */
  Pooler create(ModelContext model, Options options);
}
