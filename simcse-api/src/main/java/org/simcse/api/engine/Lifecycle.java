package org.simcse.api.engine;

import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * The read-write lock and the closed state of a native resource; for backend authors.
 *
 * <p>Resources that share a lock, such as a backend and its programs, are created with {@link
 * #child}. Work never starts on a closed resource, and closing waits for work in progress.
 *
 * @since 0.1.0
 */
public final class Lifecycle {
  /** A part of a backend that callers pass to another part, such as a gradient buffer. */
  public interface Part {
    /** Returns its lifecycle, a child of the backend's. */
    Lifecycle lifecycle();
  }

  private final String thing;
  private final ReadWriteLock lock;
  private final Optional<Lifecycle> whole;
  private boolean closed;

  private Lifecycle(String thing, ReadWriteLock lock, Optional<Lifecycle> whole) {
    this.thing = thing;
    this.lock = lock;
    this.whole = whole;
  }

  /**
   * Returns a lifecycle with its own lock.
   *
   * @param thing its name in messages, such as {@code backend 'pytorch'}
   */
  public static Lifecycle of(String thing) {
    return new Lifecycle(thing, new ReentrantReadWriteLock(), Optional.empty());
  }

  /**
   * Returns the lifecycle of a part, under the same lock. Closing the whole closes the part too:
   * whoever releases the whole must release its parts.
   */
  public Lifecycle child(String part) {
    return new Lifecycle(part, lock, Optional.of(this));
  }

  /**
   * Casts a part to the backend's own class, if the same backend created it.
   *
   * @param type the backend's own class
   * @param part the argument of a caller
   * @param what its name in messages, such as {@code gradient buffer}
   * @throws IllegalArgumentException if another backend created it, even one of the same engine
   */
  public <T extends Part> T own(Class<T> type, Object part, String what) {
    return ownOrNone(type, part)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "The %s was made by another backend. Take one of this %s."
                        .formatted(what, whole.map(backend -> backend.thing).orElse(thing))));
  }

  /**
   * Returns a part, if the same backend created it.
   *
   * @param type the backend's own class
   * @param part the argument of a caller
   */
  public <T extends Part> Optional<T> ownOrNone(Class<T> type, Object part) {
    return Optional.of(part)
        .filter(type::isInstance)
        .map(type::cast)
        .filter(own -> own.lifecycle().lock == lock);
  }

  /** Runs work under the shared lock. */
  public <T> T shared(Supplier<T> work) {
    return locked(lock.readLock(), work);
  }

  /** Runs work under the exclusive lock. */
  public <T> T exclusive(Supplier<T> work) {
    return locked(lock.writeLock(), work);
  }

  /** Runs work under the exclusive lock. */
  public void exclusive(Runnable work) {
    exclusive(
        () -> {
          work.run();
          return true;
        });
  }

  /** Closes under the exclusive lock; later calls do nothing. */
  public void close(Runnable release) {
    lock.writeLock().lock();
    try {
      if (!closed) {
        boolean released = whole.isPresent() && !whole.get().isOpen();
        closed = true;
        if (!released) {
          release.run();
        }
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  private <T> T locked(Lock held, Supplier<T> work) {
    held.lock();
    try {
      requireOpen();
      return work.get();
    } finally {
      held.unlock();
    }
  }

  private boolean isOpen() {
    return !closed && whole.map(Lifecycle::isOpen).orElse(true);
  }

  private void requireOpen() {
    whole.ifPresent(Lifecycle::requireOpen);
    if (closed) {
      throw new IllegalStateException("The " + thing + " is closed.");
    }
  }
}
