package org.simcse.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.simcse.core.table.FormatOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options for how a file of texts is read. */
final class InputOptions {
  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description =
          "Read the texts from a file: .csv, .tsv and .jsonl by column, anything else one text per line; gzip is decompressed. '-' is standard input.")
  private Optional<Path> file = Optional.empty();

  @Mixin private TableOptions table = new TableOptions();

  Optional<Path> file() {
    return file.filter(path -> !path.toString().equals("-"));
  }

  boolean given() {
    return file.isPresent();
  }

  /** Returns the format options that were given. */
  FormatOptions format() {
    return table.format();
  }

  /**
   * Returns the number of lines of the file, which is about that of its texts; -1 for standard
   * input and gzip files.
   *
   * @throws UncheckedIOException if the file cannot be read
   */
  long lines() {
    if (file().isEmpty()
        || !Files.isRegularFile(file().get())
        || file().get().toString().endsWith(".gz")) {
      return -1;
    }
    try (InputStream in = Files.newInputStream(file().get())) {
      byte[] buffer = new byte[1 << 16];
      long lines = 0;
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        for (int i = 0; i < count; i++) {
          lines += buffer[i] == '\n' ? 1 : 0;
        }
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
