package org.simcse.core.builtin;

import java.util.List;
import org.simcse.api.DistributedGather;
import org.simcse.api.error.BackendException;
import org.simcse.api.tensor.HostTensor;

/** The gather of a single rank, which exchanges nothing. */
public final class LocalGather implements DistributedGather {
  private volatile String over = "";

  @Override
  public int rank() {
    return 0;
  }

  @Override
  public int worldSize() {
    return 1;
  }

  @Override
  public HostTensor allGather(HostTensor local) {
    requireRunning();
    if (local instanceof HostTensor.Longs) {
      return HostTensor.of(local.toLongs(), local.shape().clone());
    }
    return local instanceof HostTensor.Doubles
        ? HostTensor.of(local.toDoubles(), local.shape().clone())
        : HostTensor.of(local.toFloats(), local.shape().clone());
  }

  @Override
  public void allReduceSum(List<HostTensor> tensors) {
    requireRunning();
  }

  @Override
  public void broadcast(List<HostTensor> tensors, int root) {
    requireRunning();
    if (root != 0) {
      throw new IllegalArgumentException(
          "There is no rank " + root + ": the world has one rank, 0.");
    }
  }

  @Override
  public void barrier() {
    requireRunning();
  }

  @Override
  public void abort(int status, String why) {
    over = "Rank 0 aborted with status " + status + ": " + why;
  }

  @Override
  public void close() {
    over = over.isEmpty() ? "closed" : over;
  }

  private void requireRunning() {
    if (over.equals("closed")) {
      throw new IllegalStateException("The gather 'local' is closed.");
    }
    if (!over.isEmpty()) {
      throw new BackendException(over);
    }
  }
}
