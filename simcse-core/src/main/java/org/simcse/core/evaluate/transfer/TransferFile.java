package org.simcse.core.evaluate.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.io.Sha256;

/**
 * A file of a transfer task, as SentEval's scripts make it.
 *
 * @param path where it is below the directory of the data
 * @param size its size in bytes
 * @param sha256 its hash in hexadecimal
 */
record TransferFile(String path, long size, String sha256) {
  /**
   * Validates that files exist and, unless others are allowed, that they are the known ones. A file
   * that is cut short would give a figure that looks like a good one.
   *
   * @throws InvalidInputException listing every file that is missing, or every one that differs
   */
  static void require(Path directory, Collection<TransferFile> files, boolean allowOthers) {
    List<String> absent =
        files.stream()
            .filter(file -> !Files.isRegularFile(directory.resolve(file.path)))
            .map(TransferFile::path)
            .toList();
    if (!absent.isEmpty()) {
      throw new InvalidInputException(
          "%s lacks %d %s of the transfer tasks:%s%nGive the directory of SentEval's data that holds MR, SST and so on (data/downstream), or choose other tasks."
              .formatted(
                  directory, absent.size(), absent.size() == 1 ? "file" : "files", lines(absent)));
    }
    if (allowOthers) {
      return;
    }
    List<String> differing = new ArrayList<>();
    files.forEach(file -> file.difference(directory).ifPresent(differing::add));
    if (!differing.isEmpty()) {
      throw new InvalidInputException(
          "%s does not hold SentEval's data:%s%nFetch them again; or evaluate on these with the setting allow-other-data, but figures cannot be compared with published ones then."
              .formatted(directory, lines(differing)));
    }
  }

  private static String lines(List<String> items) {
    String line = System.lineSeparator() + "  ";
    return line + String.join(line, items);
  }

  private Optional<String> difference(Path directory) {
    Path file = directory.resolve(path);
    try {
      long actual = Files.size(file);
      if (actual != size) {
        return Optional.of(
            "%s has %d bytes instead of %d, so it is %s"
                .formatted(path, actual, size, actual < size ? "incomplete" : "another file"));
      }
      return hash(file).equals(sha256)
          ? Optional.empty()
          : Optional.of("%s has been altered: its SHA-256 is not %s".formatted(path, sha256));
    } catch (IOException e) {
      throw new InvalidInputException("%s cannot be read: %s.".formatted(file, e.getMessage()), e);
    }
  }

  private static String hash(Path file) throws IOException {
    MessageDigest digest = Sha256.digest();
    byte[] buffer = new byte[1 << 16];
    try (InputStream input = Files.newInputStream(file)) {
      for (int read = input.read(buffer); read >= 0; read = input.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
