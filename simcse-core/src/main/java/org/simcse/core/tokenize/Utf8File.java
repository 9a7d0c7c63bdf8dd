package org.simcse.core.tokenize;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.simcse.api.error.CheckpointException;

/** Reads the text files of tokenizers. */
final class Utf8File {
  private Utf8File() {}

  /**
   * Returns a whole file.
   *
   * @throws CheckpointException if it cannot be read, or is not UTF-8
   */
  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new CheckpointException("The file %s cannot be read (%s).".formatted(file, e), e);
    }
  }

  /** Returns a whole file, as {@link #text(Path)}, from a directory or a jar. */
  static String text(URL file) {
    try (InputStream stream = file.openStream()) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new CheckpointException("The file %s cannot be read (%s).".formatted(file, e), e);
    }
  }
}
