package org.simcse.tf;

import com.sun.jna.Function;
import com.sun.jna.Platform;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.simcse.api.engine.NativeFiles;
import org.simcse.api.error.BackendException;
import org.simcse.api.spi.ContextLoader;
import org.tensorflow.TensorFlow;

/**
 * The settings required before TensorFlow's native library loads, and the error if there is none.
 */
final class NativeRuntime {
  private static final String LOG_LEVEL = "TF_CPP_MIN_LOG_LEVEL";

  /**
   * The environment variables that TensorFlow reads while it loads; the user's settings take
   * precedence.
   *
   * <p>oneDNN holds the fast kernels of x86 processors. NVIDIA's TF32 rounds the factors of a
   * single-precision matrix product to ten bits, which is too inaccurate here; TensorFlow's C API
   * has no switch for it, but cuBLAS and cuDNN honour this variable. All sessions of a process
   * share the threads of the first, and so their number, unless the last variable is set.
   */
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "TF_ENABLE_ONEDNN_OPTS",
          "1",
          LOG_LEVEL,
          "2",
          "NVIDIA_TF32_OVERRIDE",
          "0",
          "TF_OVERRIDE_GLOBAL_THREADPOOL",
          "1");

  private NativeRuntime() {}

  /**
   * Runs code that loads the native library.
   *
   * @throws BackendException if the library is missing; names the dependency to add
   */
  static <T> T start(Supplier<T> start) {
    return ContextLoader.of(NativeRuntime.class, () -> load(start));
  }

  private static <T> T load(Supplier<T> start) {
    prepare();
    try {
      TensorFlow.version();
      return quietly(start);
    } catch (UnsatisfiedLinkError | NoClassDefFoundError | ExceptionInInitializerError e) {
      throw new BackendException(
          "The native library of TensorFlow does not load: add the dependency"
              + " org.tensorflow:tensorflow-core-native:1.1.0 with the classifier %s to the class path."
                  .formatted(classifier()),
          e);
    }
  }

  /** The command-line launcher sets the same variables, which saves the time that JNA takes. */
  private static synchronized void prepare() {
    // JavaCPP would otherwise refuse to allocate once the process is four times as large as the
    // heap.
    System.setProperty("org.bytedeco.javacpp.maxBytes", "0");
    System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    NativeFiles.place("org.bytedeco.javacpp.cachedir", "javacpp");
    NativeFiles.place("jna.tmpdir", "jna");
    ENVIRONMENT.forEach(
        (name, value) -> {
          if (System.getenv(name) == null) {
            setEnvironment(name, value);
          }
        });
  }

  /**
   * Runs work with standard error discarded. TensorFlow logs its first session through a private
   * logger of the library that no variable controls; failures are reported as exceptions.
   */
  private static <T> T quietly(Supplier<T> work) {
    if (Platform.isWindows() || "01".contains(System.getenv().getOrDefault(LOG_LEVEL, "2"))) {
      return work.get();
    }
    int standardError = libc("dup", 2);
    int nowhere = libc("open", "/dev/null", 1);
    libc("dup2", nowhere, 2);
    try {
      return work.get();
    } finally {
      libc("dup2", standardError, 2);
      libc("close", standardError);
      libc("close", nowhere);
    }
  }

  private static int libc(String function, Object... arguments) {
    return Function.getFunction(Platform.C_LIBRARY_NAME, function).invokeInt(arguments);
  }

  private static void setEnvironment(String name, String value) {
    if (Platform.isWindows()) {
      Function.getFunction("msvcrt", "_putenv_s").invokeInt(new Object[] {name, value});
    } else {
      libc("setenv", name, value, 0);
    }
  }

  private static String classifier() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    String system = os.contains("mac") ? "macosx" : os.contains("win") ? "windows" : "linux";
    return system + (arch.contains("aarch64") || arch.contains("arm") ? "-arm64" : "-x86_64");
  }
}
