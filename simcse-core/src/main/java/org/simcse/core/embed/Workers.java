package org.simcse.core.embed;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.DeviceKind;

/**
 * The threads that run batches at the same time.
 *
 * <p>A processor computes most in batches that run side by side, one thread each: threads that
 * share a batch wait for one another after every operation. A GPU takes one batch after the other,
 * while the caller prepares the next.
 *
 * @param count how many batches run at the same time
 * @param threads the threads of the engine for a batch that runs alone
 * @param executor runs the batches
 */
record Workers(int count, int threads, Executor executor) {
  private static final int SECONDS = 10;

  /**
   * Returns the workers of a backend; their threads end when there is nothing to do.
   *
   * @param threads the number of threads that the backend uses
   */
  static Workers of(Backend backend, int threads) {
    boolean gpu = backend.device().kind() == DeviceKind.GPU;
    int count = gpu ? 1 : threads;
    return new Workers(count, threads, threads == 1 && !gpu ? Runnable::run : pool(count));
  }

  private static Executor pool(int count) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            count, count, SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Workers::thread);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "simcse-embed");
    thread.setDaemon(true);
    return thread;
  }

  /** Returns the threads of the engine for one of several batches. */
  int threadsEach() {
    return Math.max(1, threads / count);
  }
}
