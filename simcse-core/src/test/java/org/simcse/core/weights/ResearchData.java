package org.simcse.core.weights;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Data that is no part of the repository. */
final class ResearchData {
  private ResearchData() {}

  /** The directory that a variable names; unset skips the test, set but missing fails it. */
  static Path directory(String variable) {
    String value = System.getenv().getOrDefault(variable, "");
    assumeTrue(!value.isEmpty(), () -> variable + " is not set");
    Path directory = Path.of(value);
    assertTrue(
        Files.isDirectory(directory), () -> "%s=%s does not exist".formatted(variable, value));
    return directory;
  }
}
