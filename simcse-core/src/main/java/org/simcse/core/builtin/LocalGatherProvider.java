package org.simcse.core.builtin;

import org.simcse.api.DistributedGather;
import org.simcse.api.spi.GatherProvider;
import org.simcse.api.spi.ProviderContext;

/** Provides the gather {@code local}. */
public final class LocalGatherProvider implements GatherProvider {
  /** For ServiceLoader. */
  public LocalGatherProvider() {}

  @Override
  public String name() {
    return "local";
  }

  @Override
  public DistributedGather create(ProviderContext context) {
    return new LocalGather();
  }
}
