package org.simcse.spark;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.spark.sql.AnalysisException;
import org.simcse.api.error.DuplicateProviderException;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.error.PluginException;
import org.simcse.api.error.SimCseException;
import org.simcse.api.error.UnknownProviderException;
import picocli.CommandLine;

/** The entry point of {@code simcse-spark.jar}. */
public final class Main {
  private Main() {}

  /** Runs the job; ends the process with its exit code, unless that is 0. */
  public static void main(String[] arguments) {
    PrintWriter errors = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int exitCode = run(errors, arguments);
    if (exitCode != ExitCode.DONE) { // a normal end is left to Spark, whose managers expect none
      System.exit(exitCode);
    }
  }

  /** Runs the job and returns its exit code. */
  static int run(PrintWriter errors, String... arguments) {
    CommandLine command = new CommandLine(new EmbedCommand());
    command.getCommandSpec().version("simcse-spark " + version());
    return command
        .setErr(errors)
        .setParameterExceptionHandler(
            (e, given) -> {
              errors.println(
                  "simcse: " + sentence(String.valueOf(e.getMessage())) + " See --help.");
              return ExitCode.MISUSED;
            })
        .setExecutionExceptionHandler((e, failed, parsed) -> report(e, errors))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExpandAtFiles(false)
        .setUsageHelpAutoWidth(true)
        .execute(arguments);
  }

  private static String version() {
    return Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
        .orElse("that is not packaged");
  }

  /** Reports a failure, which may have come from an executor in an exception of Spark. */
  private static int report(Exception thrown, PrintWriter errors) {
    Optional<SimCseException> own = cause(thrown, SimCseException.class);
    Optional<AnalysisException> refused = cause(thrown, AnalysisException.class);
    if (own.isPresent()) {
      errors.println("simcse: " + own.get().getMessage());
    } else if (refused.isPresent()) {
      errors.println("simcse: Spark refused the job: " + refused.get().getMessage());
    } else {
      errors.println("simcse: the job failed:");
      thrown.printStackTrace(errors);
    }
    return refused.isPresent() || own.filter(Main::misused).isPresent()
        ? ExitCode.MISUSED
        : ExitCode.FAILED;
  }

  private static boolean misused(SimCseException e) {
    return e instanceof InvalidInputException
        || e instanceof UnknownProviderException
        || e instanceof DuplicateProviderException
        || e instanceof PluginException;
  }

  private static <T extends Throwable> Optional<T> cause(Throwable e, Class<T> type) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return Optional.of(type.cast(cause));
      }
    }
    return Optional.empty();
  }

  private static String sentence(String message) {
    return message.endsWith(".") ? message : message + ".";
  }
}
