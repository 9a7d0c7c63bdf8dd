package org.simcse.api.spi;

import org.simcse.api.ContrastiveHead;

/** Makes a contrastive head. */
public interface HeadProvider extends Provider {
  /** What the head does, and which options it takes, in one line, for {@code simcse heads}. */
  String description();

  /**
   * A head for that model. Equal contexts should give equal heads, so that programs can be shared.
   *
   * @throws org.simcse.api.error.InvalidInputException if an option is unknown or makes no sense
   */
  ContrastiveHead create(ProviderContext context);
}
