package org.simcse.api.spi;

import org.simcse.api.DistributedGather;

/** Joins the ranks of a training run. */
public interface GatherProvider extends Provider {
  /**
   * Joins; the caller closes it.
   *
   * @throws org.simcse.api.error.BackendException if the other ranks cannot be reached
   */
  DistributedGather create(Options options);
}
