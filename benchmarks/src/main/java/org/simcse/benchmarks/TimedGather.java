package org.simcse.benchmarks;

import java.util.List;
import java.util.function.Supplier;
import org.simcse.api.DistributedGather;
import org.simcse.api.tensor.HostTensor;

/** A gather that measures how long its rank is in collective operations, waiting for others too. */
final class TimedGather implements DistributedGather {
  private final DistributedGather gather;
  private long nanos;

  TimedGather(DistributedGather gather) {
    this.gather = gather;
  }

  /** Returns the seconds since {@link #reset}. */
  double seconds() {
    return nanos / 1e9;
  }

  void reset() {
    nanos = 0;
  }

  private <T> T timed(Supplier<T> operation) {
    long begun = System.nanoTime();
    try {
      return operation.get();
    } finally {
      nanos += System.nanoTime() - begun;
    }
  }

  private void timed(Runnable operation) {
    timed(
        () -> {
          operation.run();
          return true;
        });
  }

  @Override
  public int rank() {
    return gather.rank();
  }

  @Override
  public int worldSize() {
    return gather.worldSize();
  }

  @Override
  public HostTensor allGather(HostTensor local) {
    return timed(() -> gather.allGather(local));
  }

  @Override
  public void allReduceSum(List<HostTensor> tensors) {
    timed(() -> gather.allReduceSum(tensors));
  }

  @Override
  public void broadcast(List<HostTensor> tensors, int root) {
    timed(() -> gather.broadcast(tensors, root));
  }

  @Override
  public void barrier() {
    timed(gather::barrier);
  }

  @Override
  public void abort(int status, String why) {
    gather.abort(status, why);
  }

  @Override
  public void close() {
    gather.close();
  }
}
