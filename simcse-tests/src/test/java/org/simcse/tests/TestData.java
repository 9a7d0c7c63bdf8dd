package org.simcse.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Path;

/**
 * Files that tests read but that are not in this repository.
 *
 * <p>A test whose environment variable is unset is skipped; one whose file is missing fails.
 */
public final class TestData {
  private TestData() {}

  /** A file of research data, under {@code SIMCSE_DATA}. */
  public static Path data(String relative) {
    return path("SIMCSE_DATA", relative);
  }

  /** A file of golden data, under {@code SIMCSE_GOLDEN}. */
  public static Path golden(String relative) {
    return path("SIMCSE_GOLDEN", relative);
  }

  private static Path path(String variable, String relative) {
    String root = System.getenv(variable);
    if (root == null) {
      return abort("Skipped: the environment variable " + variable + " names no directory.");
    }
    Path path = Path.of(root, relative);
    assertThat(path).as("a file under %s", variable).exists();
    return path;
  }
}
