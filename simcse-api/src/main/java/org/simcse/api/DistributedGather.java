package org.simcse.api;

import java.util.List;
import org.simcse.api.tensor.HostTensor;

/**
 * The collective operations between the ranks of one training run; every rank calls them in the
 * same order.
 *
 * <p>Confined to one thread a rank, except {@link #abort}. A dead or silent peer is an error, never
 * a hang.
 */
public interface DistributedGather extends AutoCloseable {
  /** This rank, from 0. */
  int rank();

  /** The number of ranks, at least 1. */
  int worldSize();

  /**
   * Every rank's rows, in rank order.
   *
   * @param local {@code [B, P]}, of the same shape on every rank
   * @return {@code [worldSize * B, P]}, new
   */
  HostTensor allGather(HostTensor local);

  /**
   * Replaces each tensor by its sum over all ranks, in place; the same result, bit for bit, on
   * every rank.
   */
  void allReduceSum(List<HostTensor> tensors);

  /** Replaces each tensor by that of {@code root}, in place. */
  void broadcast(List<HostTensor> tensors, int root);

  /** Returns when every rank has called it. */
  void barrier();

  /** Ends every rank with an error; may be called from any thread. */
  void abort(int status, String why);

  @Override
  void close();
}
