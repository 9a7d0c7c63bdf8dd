package org.simcse.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.table.FormatOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options for how a file of texts is read. */
final class InputOptions {
  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description =
          "Read the texts from a file: .csv, .tsv and .jsonl by column, anything else one text per line; gzip is decompressed. '-' is standard input. Several, or a pattern such as 'texts/*.txt', are read one after the other.")
  private List<Path> files = List.of();

  @Mixin private TableOptions table = new TableOptions();

  /**
   * Returns the only file; empty for standard input.
   *
   * @throws InvalidInputException if there are several
   */
  Optional<Path> file() {
    List<Path> all = files();
    if (all.size() > 1) {
      throw new InvalidInputException(
          "Only one --file is read here, and there are %d.".formatted(all.size()));
    }
    return all.stream().findFirst();
  }

  /**
   * Returns all files, in the order given, those of a pattern by name; empty for standard input.
   *
   * @throws InvalidInputException if a pattern matches no file, or standard input is one of several
   */
  List<Path> files() {
    if (files.equals(List.of(Path.of("-")))) {
      return List.of();
    }
    if (files.contains(Path.of("-"))) {
      throw new InvalidInputException("Standard input (-) is read alone or not at all.");
    }
    return files.stream().flatMap(file -> matching(file).stream()).toList();
  }

  private static List<Path> matching(Path file) {
    String name = String.valueOf(file.getFileName());
    if (Files.exists(file) || !name.matches(".*[*?\\[{].*")) {
      return List.of(file);
    }
    Path folder = Optional.ofNullable(file.getParent()).orElse(Path.of(""));
    List<Path> matching = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, name)) {
      entries.forEach(matching::add);
    } catch (IOException | PatternSyntaxException e) {
      throw new InvalidInputException(
          "The files %s cannot be listed: %s.".formatted(file, e.getMessage()), e);
    }
    matching.removeIf(Files::isDirectory);
    if (matching.isEmpty()) {
      throw new InvalidInputException("No file matches %s.".formatted(file));
    }
    Collections.sort(matching);
    return matching;
  }

  boolean given() {
    return !files.isEmpty();
  }

  /** Returns the format options that were given. */
  FormatOptions format() {
    return table.format();
  }

  /**
   * Returns the number of lines of the files, which is about that of its texts; -1 for standard
   * input and gzip files.
   *
   * @throws UncheckedIOException if the file cannot be read
   */
  long lines() {
    long lines = files().isEmpty() ? -1 : 0;
    for (Path file : files()) {
      long of = lines(file);
      if (of < 0) {
        return -1;
      }
      lines += of;
    }
    return lines;
  }

  private static long lines(Path file) {
    if (!Files.isRegularFile(file) || file.toString().endsWith(".gz")) {
      return -1;
    }
    try (InputStream in = Files.newInputStream(file)) {
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
