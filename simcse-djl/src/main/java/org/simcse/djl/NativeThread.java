package org.simcse.djl;

import ai.djl.pytorch.jni.JniUtils;

/** libtorch's settings of the calling thread. */
final class NativeThread {
  private static final ThreadLocal<Integer> THREADS = ThreadLocal.withInitial(NativeThread::first);

  /** The threads that an operation may use. */
  private static volatile int all = 1;

  private NativeThread() {}

  /** Sets the number of threads that an operation may use, for the whole process. */
  static void setAll(int threads) {
    all = threads;
  }

  /** Returns the number of threads that an operation may use. */
  static int all() {
    return all;
  }

  /**
   * Prepares the calling thread for operations of so many threads. A thread that sets nothing gets
   * what another has set last.
   */
  static void prepare(int threads) {
    if (THREADS.get() != threads) {
      JniUtils.setNumThreads(threads);
      THREADS.set(threads);
    }
  }

  /** If the optimizer is on, the first calls of a program take up to 0.1 s. */
  private static int first() {
    JniUtils.setGraphExecutorOptimize(false);
    return 0;
  }
}
