package org.simcse.core.table;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.simcse.api.error.InvalidInputException;

/**
 * How a file of texts is written. All formats are UTF-8; a byte order mark is skipped.
 *
 * @param kind what a line is
 * @param delimiter what separates the columns of {@code CSV} and {@code TSV}
 * @param header whether the first row of {@code CSV} and {@code TSV} names the columns
 * @param replaceInvalid whether bytes that are not UTF-8 become U+FFFD instead of an error
 */
public record TextFormat(Kind kind, char delimiter, boolean header, boolean replaceInvalid) {
  /** The formats. */
  public enum Kind {
    /** A text a line. */
    TXT,
    /** Separated columns; a text in double quotes may hold delimiters and ends of lines. */
    CSV,
    /** Separated columns that quote nothing. */
    TSV,
    /** A JSON object a line, whose fields are the columns. */
    JSONL;

    /** Whether columns are separated by a delimiter. */
    public boolean separated() {
      return this == CSV || this == TSV;
    }
  }

  /** The usual way to write one kind: separated by comma or tab, with a header. */
  public static TextFormat of(Kind kind) {
    return new TextFormat(kind, kind == Kind.TSV ? '\t' : ',', kind.separated(), false);
  }

  /**
   * The format of a name such as {@code csv}.
   *
   * @throws InvalidInputException if there is no such format
   */
  public static TextFormat named(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "There is no format '%s' for files of texts; there are %s."
                        .formatted(name, names())));
  }

  /** The format that the ending of a file's name tells, if it is one of the four. */
  public static Optional<TextFormat> ofEnding(Path file) {
    String name = file.toString();
    return find(name.substring(name.lastIndexOf('.') + 1)).filter(format -> name.contains("."));
  }

  /** The names of all formats. */
  public static String names() {
    return Arrays.stream(Kind.values())
        .map(kind -> kind.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }

  private static Optional<TextFormat> find(String name) {
    return Arrays.stream(Kind.values())
        .filter(kind -> kind.name().equalsIgnoreCase(name))
        .map(TextFormat::of)
        .findFirst();
  }

  /**
   * This format with another delimiter.
   *
   * @param text one character, or {@code \t} for a tab
   * @throws InvalidInputException if it can separate nothing, or if this format has no delimiter
   */
  public TextFormat withDelimiter(String text) {
    if (!kind.separated()) {
      throw new InvalidInputException(
          "The delimiter '%s' is of no use: only csv and tsv have one.".formatted(text));
    }
    String character = text.equals("\\t") ? "\t" : text;
    if (character.length() != 1
        || "\"\r\n".contains(character)
        || Character.isSurrogate(character.charAt(0))) {
      throw new InvalidInputException(
          "'%s' cannot separate columns; give one character, or \\t for a tab.".formatted(text));
    }
    return new TextFormat(kind, character.charAt(0), header, replaceInvalid);
  }

  /** This format with the first row as a row of texts like all others. */
  public TextFormat withoutHeader() {
    return new TextFormat(kind, delimiter, false, replaceInvalid);
  }

  /** This format with U+FFFD for bytes that are not UTF-8. */
  public TextFormat replacingInvalid() {
    return new TextFormat(kind, delimiter, header, true);
  }
}
