package org.simcse.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Something that a thread of its own opens while this one does other work; {@link #get} or {@link
 * #discard} ends it.
 */
final class Opening<T> {
  private final CompletableFuture<T> result;
  private final Consumer<? super T> close;

  private Opening(CompletableFuture<T> result, Consumer<? super T> close) {
    this.result = result;
    this.close = close;
  }

  /** Starts to open something that {@code close} closes. */
  static <T> Opening<T> start(Supplier<T> open, Consumer<? super T> close) {
    return new Opening<>(CompletableFuture.supplyAsync(open, Opening::run), close);
  }

  private static void run(Runnable work) {
    Thread thread = new Thread(work, "simcse-open");
    thread.setDaemon(true);
    thread.start();
  }

  /** Waits for it, and returns it or throws what opening it threw; the caller closes it. */
  T get() {
    try {
      return result.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Waits for it, and closes it unless opening it failed. */
  void discard() {
    result
        .handle(
            (opened, failure) -> {
              if (failure == null) {
                close.accept(opened);
              }
              return failure;
            })
        .join();
  }
}
