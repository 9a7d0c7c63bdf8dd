package org.simcse.api.spi;

import org.simcse.api.ContrastiveHead;

/**
 * Creates a contrastive head.
 *
 * @since 0.1.0
 */
public interface HeadProvider extends Provider {
  /**
   * Creates a head for a model. Equal models and options should give equal heads, so that programs
   * can be shared.
   *
   * @throws org.simcse.api.error.InvalidInputException if an option is invalid
   */
  ContrastiveHead create(ModelContext model, Options options);
}
