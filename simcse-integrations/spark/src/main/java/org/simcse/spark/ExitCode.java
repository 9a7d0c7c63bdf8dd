package org.simcse.spark;

/** Exit codes of the job, those of the command {@code simcse}. */
final class ExitCode {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int MISUSED = 2;

  private ExitCode() {}
}
