package org.simcse.api.spi;

import org.simcse.api.Pooler;

/** Makes a pooler. */
public interface PoolerProvider extends Provider {
  /** What the pooler does, in one line, for {@code simcse poolers}. */
  String description();

  /** A pooler for that model. */
  Pooler create(ProviderContext context);
}
