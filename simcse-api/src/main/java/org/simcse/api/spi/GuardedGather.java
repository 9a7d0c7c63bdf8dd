package org.simcse.api.spi;

import java.util.Arrays;
import java.util.List;
import org.simcse.api.DistributedGather;
import org.simcse.api.tensor.HostTensor;

/** A gather whose failures name its provider. */
record GuardedGather(DistributedGather gather, Origin origin) implements DistributedGather {
  private static final String CALLED = "ranks exchanged data";

  @Override
  public int rank() {
    return origin.guard(CALLED, gather::rank);
  }

  @Override
  public int worldSize() {
    return origin.guard(CALLED, gather::worldSize);
  }

  @Override
  public HostTensor allGather(HostTensor local) {
    HostTensor all = origin.guard(CALLED, () -> gather.allGather(local));
    long[] wanted = local.shape().clone();
    wanted[0] *= worldSize();
    origin.require(
        Arrays.equals(all.shape(), wanted),
        CALLED,
        "allGather gave the shape %s instead of %s"
            .formatted(Arrays.toString(all.shape()), Arrays.toString(wanted)));
    return all;
  }

  @Override
  public void allReduceSum(List<HostTensor> tensors) {
    run(() -> gather.allReduceSum(tensors));
  }

  @Override
  public void broadcast(List<HostTensor> tensors, int root) {
    run(() -> gather.broadcast(tensors, root));
  }

  @Override
  public void barrier() {
    run(gather::barrier);
  }

  @Override
  public void abort(int status, String why) {
    run(() -> gather.abort(status, why));
  }

  @Override
  public void close() {
    run(gather::close);
  }

  private void run(Runnable code) {
    origin.guard(
        CALLED,
        () -> {
          code.run();
          return true;
        });
  }
}
