package org.simcse.core.data;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.simcse.api.error.SimCseException;

/**
 * Iterates over the elements of an iterator, which a separate thread computes ahead of time.
 *
 * <p>An exception of the iterator is thrown by {@link #hasNext} and {@link #next}, after the
 * elements before it. Only one thread may request elements; any may close. Closing waits for the
 * element in progress, and leaves neither a thread nor a reference to it; the caller closes the
 * iterator's source afterwards.
 *
 * @param <T> the type of the elements
 */
public final class Prefetcher<T> implements Iterator<T>, AutoCloseable {
  private final int depth;
  private final Iterator<? extends T> source;
  private final Thread thread;
  private final Queue<T> ready = new ArrayDeque<>();
  private final Queue<Throwable> failures = new ArrayDeque<>(1);
  private boolean ended;
  private boolean closed;

  /**
   * Starts the thread.
   *
   * @param name the name of the thread
   * @param depth the maximal number of waiting elements; one more may be in progress
   * @param source the source of the elements, none of them null; from now on used only by the new
   *     thread
   */
  public Prefetcher(String name, int depth, Iterator<? extends T> source) {
    if (depth < 1) {
      throw new IllegalArgumentException("A prefetcher of depth " + depth + " fetches nothing.");
    }
    this.depth = depth;
    this.source = source;
    this.thread = new Thread(this::work, name);
    thread.setDaemon(true);
    thread.start();
  }

  // No interrupts: an interrupt during a read would close the file.
  private void work() {
    try {
      while (hasRoom() && source.hasNext()) {
        offer(source.next());
      }
    } catch (Throwable e) {
      fail(e);
    } finally {
      end();
    }
  }

  private synchronized boolean hasRoom() throws InterruptedException {
    while (!closed && ready.size() >= depth) {
      wait();
    }
    return !closed;
  }

  private synchronized void offer(T element) {
    ready.add(element);
    notifyAll();
  }

  private synchronized void fail(Throwable failure) {
    failures.add(failure);
  }

  private synchronized void end() {
    ended = true;
    notifyAll();
  }

  /**
   * Returns whether there is another element; waits for it.
   *
   * @throws IllegalStateException if this is closed
   * @throws SimCseException if this thread is interrupted while waiting, or, with the cause, if the
   *     iterator threw something other than a {@link RuntimeException} or an {@link Error}
   */
  @Override
  public synchronized boolean hasNext() {
    while (!closed && ready.isEmpty() && !ended) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SimCseException("Waiting for " + thread.getName() + " was interrupted.", e);
      }
    }
    if (closed) {
      throw new IllegalStateException(thread.getName() + " is closed.");
    }
    if (ready.isEmpty() && !failures.isEmpty()) {
      throw failure(failures.element());
    }
    return !ready.isEmpty();
  }

  /** Returns whether {@link #next} would return an element without waiting. */
  public synchronized boolean available() {
    return !closed && !ready.isEmpty();
  }

  private RuntimeException failure(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      return exception;
    }
    return new SimCseException(thread.getName() + " failed: " + failure.getMessage(), failure);
  }

  @Override
  public synchronized T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    T element = ready.remove();
    notifyAll();
    return element;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      ready.clear();
      notifyAll();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true; // still waits: the caller is about to close what the thread uses
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
