package org.simcse.core.table;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.simcse.api.error.InvalidInputException;

/**
 * The format of a file of texts. All formats are UTF-8, optionally gzipped; a byte order mark is
 * skipped.
 *
 * @param kind the kind of format
 * @param delimiter the delimiter of the columns of {@code CSV} and {@code TSV}
 * @param header the role of the first row of {@code CSV} and {@code TSV}
 * @param replaceInvalid whether bytes that are not UTF-8 become U+FFFD instead of an error
 * @param anyWidth whether rows of {@code CSV} and {@code TSV} may differ in their number of columns
 * @since 0.1.0
 */
public record TextFormat(
    Kind kind, char delimiter, Header header, boolean replaceInvalid, boolean anyWidth) {
  /** The formats. */
  public enum Kind {
    /** One text per line, an empty line too. */
    TXT,
    /** Separated columns; a text in double quotes may contain delimiters and line breaks. */
    CSV,
    /** Separated columns without quoting. */
    TSV,
    /** One JSON object per line, or one list of objects, whose fields are the columns. */
    JSONL;

    /** Returns whether columns are separated by a delimiter. */
    public boolean separated() {
      return this == CSV || this == TSV;
    }
  }

  /** The role of the first row of separated columns. */
  public enum Header {
    /** A row like the others, or there are no columns; not a header. */
    NONE,
    /** The columns' names; the table is rejected if they look like texts. */
    EXPECTED,
    /** The columns' names, whatever they look like. */
    GIVEN
  }

  /** Returns the default format of a kind: separated by comma or tab, with a header. */
  public static TextFormat of(Kind kind) {
    return new TextFormat(
        kind,
        kind == Kind.TSV ? '\t' : ',',
        kind.separated() ? Header.EXPECTED : Header.NONE,
        false,
        false);
  }

  /**
   * Returns the format that a file's extension implies.
   *
   * @throws InvalidInputException if it is not the extension of one of the formats
   */
  public static TextFormat of(Path file) {
    return ofEnding(file)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "The ending of %s names no format; choose one of %s (the setting input-format)."
                        .formatted(file, names())));
  }

  /**
   * Returns the format with a name such as {@code csv}.
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

  /**
   * Returns the format that a file's extension implies, if it is one of the formats'; {@code .json}
   * and {@code .ndjson} are JSONL, and a trailing {@code .gz} is ignored.
   *
   * @throws InvalidInputException if it is the extension of a kind of file that is not text
   */
  public static Optional<TextFormat> ofEnding(Path file) {
    ForeignFile.refuse(file);
    String name = withoutGz(file.toString());
    return find(name.substring(name.lastIndexOf('.') + 1)).filter(format -> name.contains("."));
  }

  static String withoutGz(String file) {
    return file.toLowerCase(Locale.ROOT).endsWith(".gz")
        ? file.substring(0, file.length() - 3)
        : file;
  }

  /** Returns the names of all formats. */
  public static String names() {
    return Arrays.stream(Kind.values()).map(TextFormat::name).collect(Collectors.joining(", "));
  }

  private static String name(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static Optional<TextFormat> find(String name) {
    if (name.equalsIgnoreCase("json") || name.equalsIgnoreCase("ndjson")) {
      return Optional.of(of(Kind.JSONL));
    }
    return Arrays.stream(Kind.values())
        .filter(kind -> kind.name().equalsIgnoreCase(name))
        .map(TextFormat::of)
        .findFirst();
  }

  /**
   * Returns this format with another delimiter.
   *
   * @param text one character, or {@code \t} for a tab
   * @throws InvalidInputException if it cannot separate columns, or if this format has no delimiter
   */
  public TextFormat withDelimiter(String text) {
    if (!kind.separated()) {
      throw new InvalidInputException(
          "The delimiter '%s' cannot be used with %s: only csv and tsv have one. If the file has columns, use the setting input-format=csv."
              .formatted(text, name(kind)));
    }
    String character = text.equals("\\t") ? "\t" : text;
    if (character.length() != 1
        || "\"\r\n".contains(character)
        || Character.isSurrogate(character.charAt(0))) {
      throw new InvalidInputException(
          "'%s' cannot separate columns; give one character, or \\t for a tab.".formatted(text));
    }
    return new TextFormat(kind, character.charAt(0), header, replaceInvalid, anyWidth);
  }

  /** Returns this format without a header: the first row is a row of texts. */
  public TextFormat withoutHeader() {
    return new TextFormat(kind, delimiter, Header.NONE, replaceInvalid, anyWidth);
  }

  /**
   * Returns this format with the first row as the columns' names, whatever they look like.
   *
   * @throws InvalidInputException if this format has no header
   */
  public TextFormat withHeader() {
    if (!kind.separated()) {
      throw new InvalidInputException(
          "There is no header in %s: only csv and tsv have one. If the file has columns, use the setting input-format=csv."
              .formatted(name(kind)));
    }
    return new TextFormat(kind, delimiter, Header.GIVEN, replaceInvalid, anyWidth);
  }

  /** Returns this format with U+FFFD replacing bytes that are not UTF-8. */
  public TextFormat replacingInvalid() {
    return new TextFormat(kind, delimiter, header, true, anyWidth);
  }

  /** Returns this format with rows that may differ in their number of columns. */
  public TextFormat withAnyWidth() {
    return new TextFormat(kind, delimiter, header, replaceInvalid, true);
  }

  /** Returns a description for display: {@code csv separated by ';' without a header}. */
  public String described() {
    return kind.separated()
        ? "%s separated by %s, with%s a header"
            .formatted(name(kind), shown(delimiter), header == Header.NONE ? "out" : "")
        : name(kind);
  }

  /** Returns a delimiter as shown in a sentence. */
  static String shown(char delimiter) {
    return delimiter == '\t' ? "tabs" : "'" + delimiter + "'";
  }

  /** Returns the settings of columns that are separated by a delimiter. */
  static String settings(char delimiter, boolean separated) {
    if (delimiter == '\t') {
      return separated ? "the setting delimiter='\\t'" : "the setting input-format=tsv";
    }
    return (separated ? "" : "the setting input-format=csv and ")
        + "the setting delimiter='"
        + delimiter
        + "'";
  }
}
