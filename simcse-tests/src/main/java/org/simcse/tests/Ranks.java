package org.simcse.tests;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.simcse.api.DistributedGather;

/**
 * Runs the ranks of a world, one thread per rank.
 *
 * @since 0.1.0
 */
public final class Ranks {
  private Ranks() {}

  /** The work of one rank. */
  @FunctionalInterface
  public interface Work<T> {
    /** Runs in the rank's own thread. */
    T on(DistributedGather gather) throws Exception;
  }

  /**
   * Runs the same work on every rank, and closes the ranks.
   *
   * @param limit the time after which a hanging rank is a failure
   * @return the ranks' results, in order
   */
  public static <T> List<T> everywhere(List<DistributedGather> ranks, Duration limit, Work<T> work)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(ranks.size());
    try {
      List<Future<T>> results = new ArrayList<>();
      ranks.forEach(rank -> results.add(threads.submit(() -> work.on(rank))));
      List<T> values = new ArrayList<>();
      for (Future<T> result : results) {
        values.add(result.get(limit.toMillis(), TimeUnit.MILLISECONDS));
      }
      return values;
    } catch (TimeoutException e) {
      throw new AssertionError("A rank hangs: after " + limit + ".", e);
    } catch (ExecutionException e) {
      throw new AssertionError("A rank failed: " + e.getCause(), e.getCause());
    } finally {
      threads.shutdownNow();
      ranks.forEach(DistributedGather::close);
    }
  }
}
