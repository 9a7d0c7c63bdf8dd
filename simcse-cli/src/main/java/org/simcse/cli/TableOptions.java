package org.simcse.cli;

import java.util.Optional;
import org.simcse.core.table.FormatOptions;
import picocli.CommandLine.Option;

/** Options for the format of a table of texts. */
final class TableOptions {
  @Option(
      names = "--input-format",
      paramLabel = "FORMAT",
      description =
          "Format of the file or of standard input: txt, csv, tsv or jsonl; default: from the file's extension.")
  private Optional<String> format = Optional.empty();

  @Option(
      names = "--delimiter",
      paramLabel = "C",
      description = "Column delimiter of csv and tsv; default: a comma, or a tab.")
  private Optional<String> delimiter = Optional.empty();

  @Option(
      names = "--header",
      negatable = true,
      defaultValue = Option.NULL_VALUE,
      fallbackValue = "true",
      description =
          "Whether the first row of csv and tsv holds the column names; default: it does, and a row of sentences there is an error.")
  private Optional<Boolean> header = Optional.empty();

  @Option(
      names = "--replace-invalid",
      description = "Replace input that is not valid UTF-8 by U+FFFD instead of failing.")
  private boolean replaceInvalid;

  /** Returns the format options that were given. */
  FormatOptions format() {
    return new FormatOptions(format, delimiter, header, replaceInvalid);
  }
}
