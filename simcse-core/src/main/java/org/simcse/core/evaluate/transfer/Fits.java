package org.simcse.core.evaluate.transfer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.simcse.api.error.SimCseException;

/** Trains independent classifiers on several threads. */
final class Fits implements AutoCloseable {
  private final ExecutorService workers;
  private final Runnable trained;

  /**
   * Starts threads.
   *
   * @param trained called after each classifier, by one thread at a time
   */
  Fits(int threads, Runnable trained) {
    this.workers = Executors.newFixedThreadPool(threads, Fits::daemon);
    this.trained = trained;
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "simcse-classifiers");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Returns the results of all, in their order.
   *
   * @throws SimCseException if the thread is interrupted; the others are stopped too
   */
  <T> List<T> all(List<Callable<T>> fits) {
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> future : workers.invokeAll(fits.stream().map(fit -> counted(fit)).toList())) {
        results.add(future.get());
      }
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SimCseException("The training of the classifiers was interrupted.", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("A classifier could not be trained.", e.getCause());
    }
  }

  private <T> Callable<T> counted(Callable<T> fit) {
    return () -> {
      T result = fit.call();
      synchronized (trained) {
        trained.run();
      }
      return result;
    };
  }

  @Override
  public void close() {
    workers.shutdownNow();
  }
}
