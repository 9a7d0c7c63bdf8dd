package org.simcse.api.spi;

import org.simcse.api.DistributedGather;

/** Joins the ranks of a training run. */
public interface GatherProvider extends Provider {
  /** Joins; the caller closes it. */
  DistributedGather create(ProviderContext context);
}
