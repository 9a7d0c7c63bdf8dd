package org.simcse.core.evaluate.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.simcse.api.error.SimCseException;
import org.simcse.core.io.AtomicFile;
import org.simcse.core.io.Sha256;

/**
 * A file of published data.
 *
 * @param path where it is below the directory of the data
 * @param size its size in bytes
 * @param sha256 its hash in hexadecimal
 */
public record DataFile(String path, long size, String sha256) {
  /** How a directory has a file. */
  public enum State {
    /** As it was published. */
    RIGHT,
    /** Not at all. */
    MISSING,
    /** With another content. */
    DIFFERENT
  }

  /**
   * Returns how a directory has the file.
   *
   * @throws SimCseException if it cannot be read
   */
  public State state(Path directory) {
    Path file = directory.resolve(path);
    try {
      if (!Files.exists(file)) {
        return State.MISSING;
      }
      return Files.isRegularFile(file) && Files.size(file) == size && Sha256.of(file).equals(sha256)
          ? State.RIGHT
          : State.DIFFERENT;
    } catch (IOException e) {
      throw new SimCseException("%s cannot be read: %s.".formatted(file, AtomicFile.reason(e)), e);
    }
  }
}
