package org.simcse.core.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Checks for free disk space. */
public final class DiskSpace {
  private DiskSpace() {}

  /**
   * Returns a sentence that describes the shortage, or an empty result if there is enough space.
   *
   * @param directory the directory to write to, which need not exist yet
   * @param needed the size of the files, in bytes
   */
  public static Optional<String> shortage(Path directory, long needed) {
    Path existing = directory.toAbsolutePath().normalize();
    for (Path parent = existing.getParent();
        parent != null && !Files.exists(existing);
        parent = existing.getParent()) {
      existing = parent;
    }
    try {
      long free = Files.getFileStore(existing).getUsableSpace();
      return free >= needed
          ? Optional.empty()
          : Optional.of(
              "%s has %s of free disk space, but %s may be needed. Make room, or choose another directory."
                  .formatted(directory, size(free), size(needed)));
    } catch (IOException e) {
      return Optional.of(
          "How much disk space is free under %s cannot be found out: %s."
              .formatted(directory, e.getMessage()));
    }
  }

  private static String size(long bytes) {
    return bytes >= 1L << 30
        ? String.format(Locale.ROOT, "%.1f GiB", bytes / 0x1p30)
        : String.format(Locale.ROOT, "%.1f MiB", bytes / 0x1p20);
  }
}
