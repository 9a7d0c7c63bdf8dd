package org.simcse.api.spi;

import java.util.function.Supplier;

/**
 * The context class loader of the current thread, in which many libraries look for their services
 * and native code.
 *
 * <p>It need not be one that finds them: the threads of {@link
 * java.util.concurrent.ForkJoinPool#commonPool} have the system's, whatever loader an application
 * server or Spring Boot has loaded the application with. Whoever calls such a library does it with
 * the loader of the class that calls it.
 */
public final class ContextLoader {
  private ContextLoader() {}

  /**
   * Runs something with the class loader of {@code caller} as the thread's context class loader,
   * and sets back what was there.
   */
  public static <T> T of(Class<?> caller, Supplier<T> code) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(caller.getClassLoader());
    try {
      return code.get();
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
