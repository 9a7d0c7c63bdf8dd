package org.simcse.core.evaluate.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.evaluate.data.DataDirectory;
import org.simcse.core.evaluate.data.DataFile;
import org.simcse.core.evaluate.data.SentEvalData;

/** Checks the files of transfer tasks. */
final class TransferFiles {
  private TransferFiles() {}

  /**
   * Validates that files exist and, unless others are allowed, that they are the known ones. A file
   * that is cut short would give a figure that looks like a good one.
   *
   * @param paths the files, below the directory
   * @throws InvalidInputException listing every file that is missing, or every one that differs
   */
  static void require(Path directory, Collection<String> paths, boolean allowOthers) {
    DataDirectory.requireFiles(directory, paths, "the transfer tasks", "MR, SST and so on");
    if (allowOthers) {
      return;
    }
    Map<String, DataFile> published =
        SentEvalData.files().stream()
            .collect(Collectors.toMap(DataFile::path, Function.identity()));
    List<String> differing = new ArrayList<>();
    for (String path : paths) {
      DataFile known = Objects.requireNonNull(published.get(path), path);
      if (known.state(directory) != DataFile.State.RIGHT) {
        differing.add(difference(known, directory.resolve(path)));
      }
    }
    if (!differing.isEmpty()) {
      String line = System.lineSeparator() + "  ";
      throw new InvalidInputException(
          "%s does not hold SentEval's data:%s%nFetch them again; or evaluate on these with the setting allow-other-data, but figures cannot be compared with published ones then."
              .formatted(directory, line + String.join(line, differing)));
    }
  }

  private static String difference(DataFile known, Path file) {
    try {
      long size = Files.size(file);
      return size == known.size()
          ? "%s has been altered: its SHA-256 is not %s".formatted(known.path(), known.sha256())
          : "%s has %d bytes instead of %d, so it is %s"
              .formatted(
                  known.path(),
                  size,
                  known.size(),
                  size < known.size() ? "incomplete" : "another file");
    } catch (IOException e) {
      throw new InvalidInputException("%s cannot be read: %s.".formatted(file, e.getMessage()), e);
    }
  }
}
