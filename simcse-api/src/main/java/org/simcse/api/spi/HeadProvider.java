package org.simcse.api.spi;

import org.simcse.api.ContrastiveHead;

/** Makes a contrastive head. */
public interface HeadProvider extends Provider {
  /** A head for that model. */
  ContrastiveHead create(ProviderContext context);
}
