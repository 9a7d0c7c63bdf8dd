package org.simcse.tests;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Adds to every failure the seed that reproduces it.
 *
 * @since 0.1.0
 */
public final class SeedOnFailure implements TestExecutionExceptionHandler {
  /** For JUnit. */
  public SeedOnFailure() {}

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    if (context.getRequiredTestInstance() instanceof BackendConformance test) {
      failure.addSuppressed(
          new AssertionError("Repeat with -Dsimcse.seed=" + test.environment().seed()));
    }
    throw failure;
  }
}
