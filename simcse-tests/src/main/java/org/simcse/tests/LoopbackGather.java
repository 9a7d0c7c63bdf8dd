package org.simcse.tests;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.simcse.api.DistributedGather;
import org.simcse.api.error.BackendException;
import org.simcse.api.error.ShapeException;
import org.simcse.api.tensor.HostTensor;

/**
 * Ranks that are threads of one JVM, for tests.
 *
 * <p>Each rank is used by one thread. A rank that does not arrive within the limit, or closes while
 * others wait, is an error for all.
 *
 * @since 0.1.0
 */
public final class LoopbackGather implements DistributedGather {
  /** The contribution of one rank to a collective operation. */
  private record Share(String operation, List<HostTensor> tensors) {
    String form() {
      return operation
          + tensors.stream()
              .map(tensor -> tensor.type() + " " + Arrays.toString(tensor.shape()))
              .toList();
    }
  }

  private static final class World {
    final CyclicBarrier barrier;
    final Share[] shares;
    final Duration limit;
    private String failure = "";

    World(int size, Duration limit) {
      this.barrier = new CyclicBarrier(size);
      this.shares = new Share[size];
      this.limit = limit;
    }

    /** Records a failure; the first one is kept. */
    synchronized void fail(String why) {
      failure = failure.isEmpty() ? why : failure;
      barrier.reset();
    }

    synchronized void requireRunning() {
      if (!failure.isEmpty()) {
        throw new BackendException(failure);
      }
    }
  }

  private final World world;
  private final int rank;
  private boolean closed;

  private LoopbackGather(World world, int rank) {
    this.world = world;
    this.rank = rank;
  }

  /**
   * Creates the ranks of a world, in order.
   *
   * @param size the world size, at least 1
   * @param limit the time that a rank waits for the others
   */
  public static List<DistributedGather> world(int size, Duration limit) {
    World world = new World(size, limit);
    List<DistributedGather> ranks = new ArrayList<>();
    for (int rank = 0; rank < size; rank++) {
      ranks.add(new LoopbackGather(world, rank));
    }
    return List.copyOf(ranks);
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int worldSize() {
    return world.shares.length;
  }

  @Override
  public HostTensor allGather(HostTensor local) {
    List<HostTensor> all =
        meet("allGather", List.of(local)).stream().map(share -> share.tensors.get(0)).toList();
    long[] shape = local.shape().clone();
    shape[0] *= all.size();
    double[] rows =
        all.stream().flatMapToDouble(tensor -> Arrays.stream(tensor.toDoubles())).toArray();
    HostTensor joined = HostTensor.of(rows, shape);
    return local instanceof HostTensor.Floats ? HostTensor.of(joined.toFloats(), shape) : joined;
  }

  @Override
  public void allReduceSum(List<HostTensor> tensors) {
    List<Share> all = meet("allReduceSum", tensors);
    for (int i = 0; i < tensors.size(); i++) {
      double[] sum = new double[tensors.get(i).size()];
      for (Share share : all) { // in rank order on every rank: the same bits everywhere
        HostTensor term = share.tensors.get(i);
        Arrays.setAll(sum, j -> sum[j] + term.at(j));
      }
      write(tensors.get(i), sum);
    }
  }

  @Override
  public void broadcast(List<HostTensor> tensors, int root) {
    if (root < 0 || root >= worldSize()) {
      throw new IllegalArgumentException(
          "There is no rank %d: the world has %d.".formatted(root, worldSize()));
    }
    Share given = meet("broadcast from " + root, tensors).get(root);
    for (int i = 0; i < tensors.size(); i++) {
      write(tensors.get(i), given.tensors.get(i).toDoubles());
    }
  }

  @Override
  public void barrier() {
    meet("barrier", List.of());
  }

  @Override
  public void abort(int status, String why) {
    world.fail("Rank %d aborted with status %d: %s".formatted(rank, status, why));
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      world.fail("Rank " + rank + " has left.");
    }
  }

  /** Contributes copies, waits for all ranks, and returns all contributions in rank order. */
  private List<Share> meet(String operation, List<HostTensor> tensors) {
    if (closed) {
      throw new IllegalStateException("The gather's rank " + rank + " is closed.");
    }
    world.shares[rank] = new Share(operation, tensors.stream().map(LoopbackGather::copy).toList());
    await();
    List<Share> all = List.of(world.shares.clone());
    await(); // no share is overwritten before all ranks have read it
    for (int other = 0; other < all.size(); other++) {
      if (!all.get(other).form().equals(all.get(0).form())) {
        throw new ShapeException(
            "The ranks do not agree: rank 0 brings %s, rank %d brings %s."
                .formatted(all.get(0).form(), other, all.get(other).form()));
      }
    }
    return all;
  }

  private void await() {
    world.requireRunning();
    try {
      world.barrier.await(world.limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (BrokenBarrierException e) {
      world.requireRunning();
      throw new BackendException("Rank %d waits for a rank that is gone.".formatted(rank), e);
    } catch (TimeoutException e) {
      world.fail("A rank fell silent: rank %d waited %s.".formatted(rank, world.limit));
      world.requireRunning();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      world.fail("Rank " + rank + " was interrupted.");
      world.requireRunning();
    }
  }

  private static HostTensor copy(HostTensor tensor) {
    if (tensor instanceof HostTensor.Longs) {
      throw new IllegalArgumentException("Only FLOAT tensors travel between ranks.");
    }
    return tensor instanceof HostTensor.Floats
        ? HostTensor.of(tensor.toFloats(), tensor.shape().clone())
        : HostTensor.of(tensor.toDoubles(), tensor.shape().clone());
  }

  private static void write(HostTensor tensor, double[] numbers) {
    for (int i = 0; i < numbers.length; i++) {
      if (tensor instanceof HostTensor.Floats floats) {
        floats.data().put(i, (float) numbers[i]);
      } else if (tensor instanceof HostTensor.Doubles doubles) {
        doubles.data().put(i, numbers[i]);
      }
    }
  }
}
