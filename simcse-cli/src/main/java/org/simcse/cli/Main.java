package org.simcse.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.simcse.cli.io.OutputException;
import org.simcse.cli.io.StandardOutput;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.TypeConversionException;

/** The entry point of {@code simcse}. */
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    PrintWriter errors = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(new FileOutputStream(FileDescriptor.out), errors, arguments));
  }

  /** Runs one command and returns its exit code. */
  static int run(OutputStream standardOutput, PrintWriter errors, String... arguments) {
    List<String> options = Arrays.asList(arguments);
    options = options.contains("--") ? options.subList(0, options.indexOf("--")) : options;
    boolean verbose = options.contains("--verbose") || options.contains("-v");
    boolean quiet = options.contains("--quiet") || options.contains("-q");
    // Before the first logger is created, and so before the options are parsed.
    System.setProperty(Logging.LEVEL, verbose ? "DEBUG" : quiet ? "ERROR" : "WARN");
    PrintWriter out =
        new PrintWriter(new StandardOutput(standardOutput), false, StandardCharsets.UTF_8);
    Failures failures = new Failures(errors, verbose);
    try {
      int exitCode = commandLine(out, errors, failures, arguments).execute(arguments);
      out.flush();
      return exitCode;
    } catch (RuntimeException | Error e) {
      return failures.report(e);
    }
  }

  /** Returns the command that these arguments call, or all commands, ready to parse. */
  static CommandLine commandLine(
      PrintWriter out, PrintWriter errors, Failures failures, String... arguments) {
    return SimCseCommand.commandLine(arguments)
        .setOut(out)
        .setErr(errors)
        .setParameterExceptionHandler(new Misuse())
        .setExecutionStrategy(parsed -> execute(parsed, failures))
        .setExecutionExceptionHandler(
            (e, command, parsed) -> failures.report(e, command.getCommandSpec()))
        .setDefaultValueProvider(new EnvironmentDefaults(System.getenv()))
        .registerConverter(Path.class, Main::path)
        .setExpandAtFiles(false) // a text may begin with @
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true);
  }

  /** Executes a command; picocli prints help and version outside of its own execution. */
  private static int execute(ParseResult parsed, Failures failures) {
    try {
      return new RunLast().execute(parsed);
    } catch (OutputException e) {
      return failures.report(e);
    }
  }

  /** Converts a path; an empty name would be the current directory. */
  private static Path path(String name) {
    if (name.isEmpty()) {
      throw new TypeConversionException("the name is empty");
    }
    return Path.of(name);
  }
}
