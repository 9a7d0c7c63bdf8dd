package org.simcse.core.table;

import java.nio.file.Path;
import java.util.Optional;
import org.simcse.api.error.InvalidInputException;

/**
 * What a user says about how a file of texts is written. What is not said follows from the ending
 * of its name.
 *
 * @param format the name of a format: txt, csv, tsv or jsonl
 * @param delimiter what separates columns: one character, or {@code \t} for a tab
 * @param header whether the first row names the columns; if nothing is said, it does, and must look
 *     so
 * @param replaceInvalid whether bytes that are not UTF-8 become U+FFFD instead of an error
 */
public record FormatOptions(
    Optional<String> format,
    Optional<String> delimiter,
    Optional<Boolean> header,
    boolean replaceInvalid) {
  /** Nothing is said. */
  public static final FormatOptions NONE =
      new FormatOptions(Optional.empty(), Optional.empty(), Optional.empty(), false);

  /**
   * The format of a file.
   *
   * @throws InvalidInputException if neither the options nor the ending name one, or if they do not
   *     fit each other
   */
  public TextFormat of(Path file) {
    return chosen(named().orElseGet(() -> TextFormat.of(file)));
  }

  /**
   * The format of a file, or of standard input, that may be plain text.
   *
   * @param file none for standard input
   * @param plain how it is written if neither the options nor the ending tell of columns
   * @throws InvalidInputException if the options do not fit the format
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
