package org.simcse.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options for how much is written to standard error. */
final class OutputOptions {
  @Option(
      names = {"-v", "--verbose"},
      description = "Report timings on standard error.")
  private boolean verbose;

  @Option(
      names = {"-q", "--quiet"},
      description = "No progress bar and no warnings.")
  private boolean quiet;

  private boolean silent;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  boolean verbose() {
    return verbose;
  }

  /** Writes no progress and no warnings from now on. */
  void silence() {
    quiet = true;
    silent = true;
  }

  /** Returns whether another process shows the run. */
  boolean silent() {
    return silent;
  }

  boolean quiet() {
    return quiet;
  }

  /** Prints a warning, unless quiet. */
  void warn(String message) {
    if (!quiet) {
      System.err.println("simcse: " + asOptions(message));
    }
  }

  /** Prints how many of the texts were longer than the maximal length, if any were. */
  void warnOfTruncated(long truncated, long texts, int maxLength) {
    if (truncated > 0) {
      warn(
          "%d of %d texts were longer than %d tokens and were cut (--max-length)."
              .formatted(truncated, texts, maxLength));
    }
  }

  /** Returns a message of the library with this command's options in it. */
  String asOptions(String message) {
    return SettingsInMessages.asOptions(command, message);
  }

  /**
   * Returns whether to show a progress bar: only on a terminal. The launcher detects whether
   * standard error is one.
   */
  boolean progressBar() {
    return !quiet && Boolean.getBoolean("simcse.terminal");
  }
}
