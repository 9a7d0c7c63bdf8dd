package org.simcse.api.spi;

import org.simcse.api.DistributedGather;

/**
 * Joins the ranks of a training run.
 *
 * @since 0.1.0
 */
public interface GatherProvider extends Provider {
  /**
   * Joins the run; the caller closes the result.
   *
   * @throws org.simcse.api.error.BackendException if the other ranks cannot be reached
   */
  DistributedGather create(Options options);
}
