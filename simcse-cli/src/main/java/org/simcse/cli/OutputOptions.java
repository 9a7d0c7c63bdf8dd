package org.simcse.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How much is said on standard error. */
final class OutputOptions {
  @Option(
      names = {"-v", "--verbose"},
      description = "Report timings on standard error.")
  private boolean verbose;

  @Option(
      names = {"-q", "--quiet"},
      description = "No progress bar and no warnings.")
  private boolean quiet;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  boolean verbose() {
    return verbose;
  }

  boolean quiet() {
    return quiet;
  }

  /** Something that the user should know, unless it is quiet. */
  void warn(String message) {
    if (!quiet) {
      System.err.println("simcse: " + asOptions(message));
    }
  }

  /** A message of the library with the options of this command in it. */
  String asOptions(String message) {
    return SettingsInMessages.asOptions(command, message);
  }

  /**
   * A progress bar only where somebody watches: the launcher knows whether standard error is a
   * terminal.
   */
  boolean progressBar() {
    return !quiet && Boolean.getBoolean("simcse.terminal");
  }
}
