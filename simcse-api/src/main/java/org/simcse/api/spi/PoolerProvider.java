package org.simcse.api.spi;

import org.simcse.api.Pooler;

/**
 * Creates a pooler.
 *
 * @since 0.1.0
 */
public interface PoolerProvider extends Provider {
  /**
   * Creates a pooler for a model. Equal models and options should give equal poolers, so that
   * programs can be shared.
   *
   * @throws org.simcse.api.error.InvalidInputException if an option is invalid
   */
  Pooler create(ModelContext model, Options options);
}
