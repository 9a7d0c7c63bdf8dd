package org.simcse.core.table;

import java.nio.file.Path;
import java.util.Optional;
import org.simcse.api.error.InvalidInputException;

/**
 * A user's options for the format of a file of texts. Options that are not set are derived from the
 * file's extension.
 *
 * @param format the name of a format: txt, csv, tsv or jsonl
 * @param delimiter the delimiter of columns: one character, or {@code \t} for a tab
 * @param header whether the first row names the columns; if not set, it does, and must look like a
 *     header
 * @param replaceInvalid whether bytes that are not UTF-8 become U+FFFD instead of an error
 * @since 0.1.0
 */
public record FormatOptions(
    Optional<String> format,
    Optional<String> delimiter,
    Optional<Boolean> header,
    boolean replaceInvalid) {
  /** No options are set. */
  public static final FormatOptions NONE =
      new FormatOptions(Optional.empty(), Optional.empty(), Optional.empty(), false);

  /**
   * Returns the format of a file.
   *
   * @throws InvalidInputException if neither the options nor the extension specify one, or if they
   *     contradict each other
   */
  public TextFormat of(Path file) {
    return chosen(named().orElseGet(() -> TextFormat.of(file)));
  }

  /**
   * Returns the format of a file, or of standard input, which may be plain text.
   *
   * @param file the file; empty for standard input
   * @param plain the format if neither the options nor the extension imply columns
   * @throws InvalidInputException if the options contradict the format
   */
  public TextFormat of(Optional<Path> file, TextFormat plain) {
    return chosen(
        named()
            .orElseGet(
                () ->
                    file.flatMap(TextFormat::ofEnding)
                        .filter(format -> format.kind() != TextFormat.Kind.TXT)
                        .orElse(plain)));
  }

  private Optional<TextFormat> named() {
    return format.map(TextFormat::named);
  }

  private TextFormat chosen(TextFormat from) {
    TextFormat result = from;
    if (delimiter.isPresent()) {
      result = result.withDelimiter(delimiter.get());
    }
    if (header.isPresent()) {
      result = header.get() ? result.withHeader() : result.withoutHeader();
    }
    return replaceInvalid ? result.replacingInvalid() : result;
  }
}
