package org.simcse.cli;

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
}
