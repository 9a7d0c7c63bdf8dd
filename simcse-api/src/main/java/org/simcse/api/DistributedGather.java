package org.simcse.api;

import java.util.List;
import org.simcse.api.tensor.HostTensor;

/**
 * The collective operations between the ranks of one training run; every rank calls them in the
 * same order.
 *
 * <p>Confined to one thread per rank, except {@link #abort}. A dead or unresponsive peer is an
 * error, never a hang.
 *
 * @since 0.1.0
 */
public interface DistributedGather extends AutoCloseable {
  /** Returns this rank, from 0. */
  int rank();

  /** Returns the number of ranks, at least 1. */
  int worldSize();

  /**
   * Returns every rank's rows, in rank order.
   *
   * @param local {@code [B, P]}, the same shape on every rank
   * @return {@code [worldSize * B, P]}, new
   */
  HostTensor allGather(HostTensor local);

  /**
   * Replaces each tensor by its sum over all ranks, in place; the result is bitwise identical on
   * every rank.
   */
  void allReduceSum(List<HostTensor> tensors);

  /** Replaces each tensor by that of {@code root}, in place. */
  void broadcast(List<HostTensor> tensors, int root);

  /** Blocks until every rank has called it. */
  void barrier();

  /** Terminates every rank with an error; may be called from any thread. */
  void abort(int status, String why);

  @Override
  void close();
}
