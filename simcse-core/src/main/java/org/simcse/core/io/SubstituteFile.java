package org.simcse.core.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.simcse.api.error.CheckpointException;

/**
 * Detects what a failed download or copy leaves in place of a file: the pointer of Git LFS, a web
 * page, the target of a symbolic link, or nothing.
 */
public final class SubstituteFile {
  private static final int BEGINNING = 256;

  private SubstituteFile() {}

  /**
   * Rejects a substitute; does nothing with a file that may be genuine.
   *
   * @throws CheckpointException if the file is a substitute; the message says what it is and how to
   *     get the real one
   */
  public static void refuse(Path file) {
    beginning(file)
        .flatMap(SubstituteFile::described)
        .ifPresent(
            what -> {
              throw new CheckpointException("%s is %s.".formatted(file, what));
            });
  }

  private static Optional<String> beginning(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      // Non-ASCII bytes do not matter here.
      return Optional.of(new String(in.readNBytes(BEGINNING), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return Optional.empty(); // its reader reports the failure
    }
  }

  private static Optional<String> described(String beginning) {
    String text = beginning.strip().toLowerCase(Locale.ROOT);
    if (text.startsWith("version https://git-lfs")) {
      return Optional.of(
          "a pointer of Git LFS, not the file itself: get that with 'git lfs pull' in the repository it was cloned from");
    }
    if (text.startsWith("<!doctype html") || text.startsWith("<html")) {
      return Optional.of(
          "a web page, not the file that was to be downloaded: sign in where the model is published, and download the file itself");
    }
    if (text.matches("(\\.\\./)+\\S+")) {
      return Optional.of(
          "the target of a symbolic link as text, '%s', left by a copy that does not keep links: copy the directory again with links followed, as 'cp -rL' does"
              .formatted(beginning.strip()));
    }
    return beginning.isEmpty()
        ? Optional.of("empty: its download or its writing was interrupted; get it again")
        : Optional.empty();
  }
}
