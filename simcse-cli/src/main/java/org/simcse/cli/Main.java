package org.simcse.cli;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.simcse.api.error.DuplicateProviderException;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.error.PluginException;
import org.simcse.api.error.SimCseException;
import org.simcse.api.error.UnknownProviderException;
import picocli.CommandLine;

/** The entry point of {@code simcse}. */
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  static int run(String... arguments) {
    List<String> words = Arrays.asList(arguments);
    boolean verbose = words.contains("--verbose") || words.contains("-v");
    boolean quiet = words.contains("--quiet") || words.contains("-q");
    // Before the first logger is made, and therefore before the options are parsed.
    System.setProperty(Logging.LEVEL, verbose ? "DEBUG" : quiet ? "ERROR" : "WARN");
    PrintWriter errors = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    return new CommandLine(new SimCseCommand())
        .setErr(errors)
        .setExecutionExceptionHandler((e, command, parsed) -> report(e, errors, verbose))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .execute(arguments);
  }

  /** One line for what a user can act on; a stack trace for what only a developer can. */
  private static int report(Exception e, PrintWriter errors, boolean verbose) {
    if (isBrokenPipe(e)) {
      return ExitCode.DONE; // the reader has seen enough
    }
    if (e instanceof SimCseException || e instanceof UncheckedIOException) {
      errors.println("simcse: " + e.getMessage());
      if (verbose) {
        e.printStackTrace(errors);
      }
    } else {
      errors.println("simcse: this is a defect, please report it with the lines below.");
      e.printStackTrace(errors);
    }
    return e instanceof InvalidInputException
            || e instanceof UnknownProviderException
            || e instanceof DuplicateProviderException
            || e instanceof PluginException
        ? ExitCode.MISUSED
        : ExitCode.FAILED;
  }

  private static boolean isBrokenPipe(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof java.io.IOException
          && String.valueOf(cause.getMessage()).contains("Broken pipe")) {
        return true;
      }
    }
    return false;
  }
}
