package org.simcse.core.io;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.simcse.api.error.InvalidInputException;

/** Checks the files that a command is to read. */
public final class InputFiles {
  private InputFiles() {}

  /**
   * Requires that all files exist, before a long one is read.
   *
   * @throws InvalidInputException naming all that do not
   */
  public static void require(Collection<Path> files) {
    List<String> absent = files.stream().filter(Files::notExists).map(Path::toString).toList();
    if (!absent.isEmpty()) {
      throw new InvalidInputException(
          absent.size() == 1
              ? "The file %s does not exist.".formatted(absent.get(0))
              : "The files %s do not exist.".formatted(String.join(", ", absent)));
    }
  }
}
