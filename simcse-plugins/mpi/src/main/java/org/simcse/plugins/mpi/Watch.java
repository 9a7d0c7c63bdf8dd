package org.simcse.plugins.mpi;

import com.sun.jna.Memory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends the run when a collective operation waits too long: MPI itself waits for a silent rank for
 * ever.
 *
 * <p>A rank that has waited for half of the deadline tells the others which operation it waits in.
 * Ranks from which no such message has come by the end of the deadline are those waited for.
 */
final class Watch implements AutoCloseable {
  /** The status with which a run ends that waited in vain: EX_TEMPFAIL of BSD's sysexits.h. */
  static final int STATUS = 75;

  private static final int TAG = 1;
  private static final long TICK_MILLIS = 50;

  private final Mpi mpi;
  private final int rank;
  private final long communicator;
  private final Duration deadline;
  private final long[] heard;
  private final List<Memory> sent = new ArrayList<>();
  private final Thread thread;

  private long operations;
  private volatile @Nullable Wait current;
  private volatile boolean closed;

  /**
   * An operation that runs.
   *
   * @param number its number in the run, from 1
   * @param name what it is called
   * @param since when it began, of the nanosecond clock
   */
  private record Wait(long number, String name, long since) {}

  Watch(Mpi mpi, int rank, int size, Duration deadline) {
    this.mpi = mpi;
    this.rank = rank;
    this.communicator = mpi.separate();
    this.deadline = deadline;
    this.heard = new long[size];
    thread = new Thread(this::watch, "simcse-mpi-watch");
    thread.setDaemon(true);
    thread.start();
  }

  /** Runs a collective operation under the deadline. */
  <T> T over(String what, Callable<T> collective) {
    current = new Wait(++operations, what, System.nanoTime());
    try {
      return collective.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    } finally {
      current = null;
    }
  }

  private void watch() {
    long told = -1;
    while (!closed) {
      try {
        TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
      Wait wait = current;
      if (wait == null) {
        continue;
      }
      long waited = System.nanoTime() - wait.since();
      if (waited < deadline.toNanos() / 2) {
        continue;
      }
      if (told != wait.number()) {
        told = wait.number();
        tell(told);
      }
      listen();
      if (waited > deadline.toNanos() && wait.equals(current)) {
        say(
            "rank %d waited %d s in %s, operation %d of the run, for %s. The run ends with status %d, and can be resumed from its last checkpoint."
                .formatted(
                    rank,
                    deadline.toSeconds(),
                    wait.name(),
                    wait.number(),
                    silent(wait.number()),
                    STATUS));
        mpi.abort(STATUS);
      }
    }
  }

  /** Writes a line at once, because other ranks may write at the same time. */
  static void say(String line) {
    System.err.print("simcse: " + line + System.lineSeparator());
    System.err.flush();
  }

  private void tell(long operation) {
    Memory message = new Memory(8);
    message.setLong(0, operation);
    sent.add(message);
    for (int other = 0; other < heard.length; other++) {
      if (other != rank) {
        mpi.send(message, other, TAG, communicator);
      }
    }
  }

  private void listen() {
    for (int other = 0; other < heard.length; other++) {
      while (other != rank && mpi.arrived(other, TAG, communicator)) {
        heard[other] = Math.max(heard[other], mpi.receive(other, TAG, communicator));
      }
    }
  }

  private String silent(long operation) {
    List<String> ranks = new ArrayList<>();
    for (int other = 0; other < heard.length; other++) {
      if (other != rank && heard[other] < operation) {
        ranks.add(String.valueOf(other));
      }
    }
    return ranks.isEmpty()
        ? "the network: every other rank waits there too"
        : (ranks.size() == 1 ? "rank " : "the ranks ") + String.join(", ", ranks);
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
