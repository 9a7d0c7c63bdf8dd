package org.simcse.api.spi;

import org.simcse.api.ContrastiveHead;

/** Makes a contrastive head. */
public interface HeadProvider extends Provider {
  /**
   * A head for that model. Equal models and options should give equal heads, so that programs can
   * be shared.
   *
   * @throws org.simcse.api.error.InvalidInputException if an option makes no sense
   */
  ContrastiveHead create(ModelContext model, Options options);
}
