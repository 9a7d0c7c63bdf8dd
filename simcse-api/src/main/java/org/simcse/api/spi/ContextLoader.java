package org.simcse.api.spi;

import java.util.function.Supplier;

/**
 * The context class loader of the current thread, which many libraries use to find their services
 * and native code.
 *
 * <p>It may be one that does not find them: the threads of {@link
 * java.util.concurrent.ForkJoinPool#commonPool} use the system class loader, whichever loader an
 * application server or Spring Boot has loaded the application with. Such a library must therefore
 * be called with the calling class's own loader.
 *
 * @since 0.1.0
 */
public final class ContextLoader {
  private ContextLoader() {}

  /**
   * Runs code with the class loader of {@code caller} as the thread's context class loader, and
   * restores the previous one.
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
