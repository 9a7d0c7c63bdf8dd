package org.simcse.cli;

import com.google.inject.ProvisionException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.simcse.api.error.BackendException;
import org.simcse.api.error.DuplicateProviderException;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.error.PluginException;
import org.simcse.api.error.SimCseException;
import org.simcse.api.error.UnknownProviderException;
import org.simcse.cli.io.OutputException;
import org.simcse.core.io.AtomicFile;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Reports failures: one line for what a user can fix, a stack trace for what only a developer can.
 */
final class Failures {
  private static final long MEBIBYTE = 1 << 20;

  /** Errors of classes whose native code is missing or misses a library. */
  private static final List<Class<? extends LinkageError>> NOT_LOADED =
      List.of(
          UnsatisfiedLinkError.class,
          NoClassDefFoundError.class,
          ExceptionInInitializerError.class);

  /** Messages of libtorch, TensorFlow, CUDA and C++. */
  private static final Pattern NO_MEMORY =
      Pattern.compile(
          "can't allocate memory|not enough memory|out of memory|OOM when allocating|bad_alloc");

  private final PrintWriter errors;
  private final boolean verbose;

  Failures(PrintWriter errors, boolean verbose) {
    this.errors = errors;
    this.verbose = verbose;
  }

  /** Reports what ended the process before or after a command ran, and returns the exit code. */
  int report(Throwable thrown) {
    return report(thrown, CommandSpec.create());
  }

  /** Reports what ended a command, and returns the exit code. */
  int report(Throwable thrown, CommandSpec command) {
    // The injector wraps exceptions of what it calls.
    Throwable e =
        thrown instanceof ProvisionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    if (cause(e, OutputException.class).filter(OutputException::readerGone).isPresent()) {
      return ExitCode.DONE; // the reader needs no more output
    }
    Optional<String> sentence = sentence(e);
    errors.println(
        "simcse: "
            + sentence
                .map(message -> SettingsInMessages.asOptions(command, message))
                .orElse("this is a defect, please report it with the lines below.")
                .replace("Bad file descriptor", "it is closed"));
    if (verbose || sentence.isEmpty()) {
      e.printStackTrace(errors);
    }
    return e instanceof InvalidInputException
            || e instanceof UnknownProviderException
            || e instanceof DuplicateProviderException
            || e instanceof PluginException
        ? ExitCode.MISUSED
        : ExitCode.FAILED;
  }

  private static Optional<String> sentence(Throwable e) {
    Optional<OutOfMemoryError> memory = cause(e, OutOfMemoryError.class);
    if (memory.isPresent()) {
      return Optional.of(outOfMemory(String.valueOf(memory.get().getMessage())));
    }
    if (e instanceof BackendException || !(e instanceof SimCseException)) {
      Optional<String> engine = engineOutOfMemory(e);
      if (engine.isPresent()) {
        return engine;
      }
    }
    if (e instanceof SimCseException) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
    if (e instanceof UncheckedIOException unchecked) {
      IOException cause = Objects.requireNonNull(unchecked.getCause());
      String message = String.valueOf(unchecked.getMessage());
      return Optional.of(message.equals(cause.toString()) ? failed(cause) : message);
    }
    if (e instanceof IOException failure) {
      return Optional.of(failed(failure));
    }
    return cause(e, LinkageError.class)
        .filter(error -> NOT_LOADED.stream().anyMatch(type -> type.isInstance(error)))
        .map(Failures::notLoaded);
  }

  private static String failed(IOException e) {
    String reason = AtomicFile.reason(e);
    return e instanceof FileSystemException file && !reason.equals(file.getMessage())
        ? "%s: %s.".formatted(file.getFile(), reason)
        : "Reading or writing failed: %s.".formatted(reason);
  }

  private static String notLoaded(LinkageError error) {
    return "A library is missing, damaged or made for another platform (%s). Install simcse again, or complete the plugin that needs it."
        .formatted(error);
  }

  private static String outOfMemory(String message) {
    long heap = Runtime.getRuntime().maxMemory() / MEBIBYTE;
    if (message.contains("direct buffer memory") || message.contains("Direct buffer memory")) {
      return "Java's memory outside the heap is used up (%s). Raise its limit, as in SIMCSE_JAVA_OPTS=-XX:MaxDirectMemorySize=8g."
          .formatted(message);
    }
    if (message.contains("native thread")) {
      return "The system starts no more threads (%s). Raise the limit of processes (ulimit -u), or lower --threads."
          .formatted(message);
    }
    return "Java's heap of %d MiB is used up (%s). Raise it, as in SIMCSE_JAVA_OPTS=-Xmx%dm."
        .formatted(heap, message, Math.max(2048, 2 * heap));
  }

  /**
   * Finds an out-of-memory failure of an engine: engines report it within longer messages, not by
   * an exception type.
   */
  private static Optional<String> engineOutOfMemory(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      Optional<String> line =
          String.valueOf(cause.getMessage())
              .lines()
              .filter(text -> NO_MEMORY.matcher(text).find())
              .findFirst();
      if (line.isPresent()) {
        return line.map(
            text ->
                "The engine ran out of memory (%s). Give it less at a time with --batch-tokens, or in training with --micro-batch."
                    .formatted(text.strip()));
      }
    }
    return Optional.empty();
  }

  private static <T extends Throwable> Optional<T> cause(Throwable e, Class<T> type) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return Optional.of(type.cast(cause));
      }
    }
    return Optional.empty();
  }
}
