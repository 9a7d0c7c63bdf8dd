package org.simcse.cli;

import picocli.CommandLine.Option;

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

  boolean verbose() {
    return verbose;
  }

  boolean quiet() {
    return quiet;
  }

  /**
   * A progress bar only where somebody watches: the launcher knows whether standard error is a
   * terminal.
   */
  boolean progressBar() {
    return !quiet && Boolean.getBoolean("simcse.terminal");
  }
}
