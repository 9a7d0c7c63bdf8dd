package org.simcse.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How a file of texts is read. */
final class InputOptions {
  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description =
          "Read the texts from a file: .csv, .tsv and .jsonl by column, anything else one text a line. '-' is standard input.")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--replace-invalid",
      description = "Put U+FFFD where the input is not UTF-8, instead of stopping there.")
  private boolean replaceInvalid;

  Optional<Path> file() {
    return file.filter(path -> !path.toString().equals("-"));
  }

  boolean given() {
    return file.isPresent();
  }

  boolean replaceInvalid() {
    return replaceInvalid;
  }

  /**
   * The number of lines of the file, -1 for standard input: about as many as there are texts.
   *
   * @throws UncheckedIOException if the file cannot be read
   */
  long lines() {
    if (file().isEmpty() || !Files.isRegularFile(file().get())) {
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
