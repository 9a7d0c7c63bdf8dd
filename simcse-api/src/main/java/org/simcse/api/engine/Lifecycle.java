package org.simcse.api.engine;

import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * The read-write lock and the closed state of a native thing; for backend authors.
 *
 * <p>Things that share a lock, such as a backend and its programs, are made with {@link #child}.
 * Work never begins on a closed thing, and closing waits for work that has begun.
 */
public final class Lifecycle {
  /** A part of a backend that callers hand to another part, such as a gradient buffer. */
  public interface Part {
    /** A child of the backend's. */
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
   * The lifecycle of something with a lock of its own.
   *
   * @param thing what messages call it, such as {@code backend 'pytorch'}
   */
  public static Lifecycle of(String thing) {
    return new Lifecycle(thing, new ReentrantReadWriteLock(), Optional.empty());
  }

  /**
   * The lifecycle of a part, under the same lock. Closing the whole closes it too: whoever releases
   * the whole releases its parts.
   */
  public Lifecycle child(String part) {
    return new Lifecycle(part, lock, Optional.of(this));
  }

  /**
   * A part that the same backend made, as what it is there.
   *
   * @param type the backend's own class
   * @param part what a caller brings
   * @param what messages call it, such as {@code gradient buffer}
   * @throws IllegalArgumentException if another backend made it, be it one of the same engine
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
   * A part, if the same backend made it.
   *
   * @param type the backend's own class
   * @param part what a caller brings
   */
  public <T extends Part> Optional<T> ownOrNone(Class<T> type, Object part) {
    return Optional.of(part)
        .filter(type::isInstance)
        .map(type::cast)
        .filter(own -> own.lifecycle().lock == lock);
  }

  /** Does work beside other shared work. */
  public <T> T shared(Supplier<T> work) {
    return locked(lock.readLock(), work);
  }

  /** Does work alone. */
  public <T> T exclusive(Supplier<T> work) {
    return locked(lock.writeLock(), work);
  }

  /** Does work alone. */
  public void exclusive(Runnable work) {
    exclusive(
        () -> {
          work.run();
          return true;
        });
  }

  /** Closes once, alone; later calls do nothing. */
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
