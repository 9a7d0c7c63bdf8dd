package org.simcse.core.builtin;

import org.simcse.api.DistributedGather;
import org.simcse.api.spi.GatherProvider;
import org.simcse.api.spi.Options;

/** Provides the gather {@code local}. */
public final class LocalGatherProvider implements GatherProvider {
  /** For ServiceLoader. */
  public LocalGatherProvider() {}

  @Override
  public String name() {
    return "local";
  }

  @Override
  public String description() {
    return "one rank alone";
  }

  @Override
  public DistributedGather create(Options options) {
    return new LocalGather();
  }
}
