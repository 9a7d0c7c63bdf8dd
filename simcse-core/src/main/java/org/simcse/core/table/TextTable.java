package org.simcse.core.table;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.simcse.api.error.InvalidInputException;

/**
 * Iterates over the rows of a file of texts, which may be larger than memory.
 *
 * <p>In CSV, TSV and JSONL an empty line is not a row; in TXT it is an empty text. A row of CSV or
 * TSV has as many columns as the first. The first rows are inspected when the table is opened:
 * column names that look like texts, and a single column that looks like several, are rejected.
 *
 * <p>Malformed input is an {@link InvalidInputException} with the file and the line, thrown by
 * {@link #open}, {@link #peek}, {@link #hasNext}, {@link #next} or {@link Row#text}. A file that
 * cannot be read is an {@link UncheckedIOException}. Not thread-safe.
 *
 * @since 0.1.0
 */
public final class TextTable implements Iterator<TextTable.Row>, AutoCloseable {
  private final Utf8Lines lines;
  private final String name;
  private final TextFormat format;
  private final Iterator<Row> rows;
  private final Columns columns;
  private final List<String> warnings;

  /** Rows that were peeked at and not yet returned. */
  private final ArrayDeque<Row> ahead = new ArrayDeque<>();

  /** One row. */
  public interface Row {
    /** Returns the number of columns. */
    int size();

    /**
     * Returns the text in a column; a JSON {@code null} is the empty text.
     *
     * @param column the index of the column, from {@link Columns#find}
     * @throws InvalidInputException if this row has no text in that column
     */
    String text(int column);

    /**
     * Returns the elements of a list in a column: those of a JSON list, or what white space
     * separates; at least one, which may be empty.
     *
     * @throws InvalidInputException if this row has neither a list nor a text in that column
     */
    default List<String> elements(int column) {
      return List.of(text(column).strip().split("\\s+"));
    }

    /**
     * Returns whether the row is a JSON object with a field of this name, which the first object,
     * and so {@link #columns}, may lack.
     */
    boolean hasField(String name);

    /** Returns whether a column holds a JSON {@code null}. */
    default boolean isNull(int column) {
      return false;
    }

    /** Returns the number of the line on which the row begins, from 1. */
    long line();
  }

  private TextTable(Utf8Lines lines, String name, TextFormat format) {
    this.lines = lines;
    this.name = name;
    this.format = format;
    List<String> header;
    if (format.kind() == TextFormat.Kind.JSONL) {
      JsonRows objects = new JsonRows(lines, name);
      header = objects.header();
      rows = objects;
    } else if (format.kind().separated()) {
      SeparatedRows separated = new SeparatedRows(lines, name, format);
      header = separated.header();
      rows = separated;
    } else {
      header = List.of();
      rows = new PlainRows(lines, name);
    }
    if (format.header() == TextFormat.Header.EXPECTED) {
      FirstRows.requireNames(name, header);
    }
    columns = columns(header);
    warnings = requireSeveralColumns();
  }

  private Columns columns(List<String> header) {
    boolean ordered = format.kind() != TextFormat.Kind.JSONL;
    int width = header.size();
    if (header.isEmpty() && ordered && rows.hasNext()) {
      ahead.add(rows.next());
      width = ahead.getFirst().size();
    }
    return new Columns(name, header, width, ordered);
  }

  /**
   * Opens a file.
   *
   * @throws InvalidInputException if there is no such file, or if it is not in this format
   */
  public static TextTable open(Path file, TextFormat format) {
    return read(stream(file), file.toString(), format);
  }

  /**
   * Reads a stream, which closing the table closes.
   *
   * @param name the name of the stream in messages
   * @throws InvalidInputException if it is not in this format
   */
  public static TextTable read(InputStream in, String name, TextFormat format) {
    try {
      InputStream bytes = TextBytes.of(in, name);
      return new TextTable(new Utf8Lines(bytes, name, format.replaceInvalid()), name, format);
    } catch (RuntimeException e) {
      try {
        in.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /**
   * Opens the raw bytes of a file; the caller closes the stream.
   *
   * @throws InvalidInputException if there is no such file
   */
  public static InputStream stream(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new InvalidInputException(file + " is a directory, but a file of texts is needed.");
      }
      return Files.newInputStream(file);
    } catch (NoSuchFileException e) {
      throw new InvalidInputException("The file " + file + " does not exist.", e);
    } catch (IOException e) {
      throw new UncheckedIOException("The file " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Returns the columns: those of the header, of the first row if there is no header, or the fields
   * of the first JSON object.
   */
  public Columns columns() {
    return columns;
  }

  /** Returns warnings on how the input was read, as sentences. */
  public List<String> warnings() {
    return warnings;
  }

  /** Returns the next rows, at most 64, without consuming them. */
  public List<Row> peek() {
    while (ahead.size() < FirstRows.COUNT && rows.hasNext()) {
      ahead.add(checked(rows.next()));
    }
    return List.copyOf(ahead);
  }

  @Override
  public boolean hasNext() {
    return !ahead.isEmpty() || rows.hasNext();
  }

  @Override
  public Row next() {
    return ahead.isEmpty() ? checked(rows.next()) : ahead.remove();
  }

  private Row checked(Row row) {
    if (!format.kind().separated() || format.anyWidth() || row.size() == columns.size()) {
      return row;
    }
    throw new InvalidInputException(
        "%s, line %d: the row has %s, but the first row has %d.%s Columns are separated by %s (the setting delimiter)."
            .formatted(
                name,
                row.line(),
                Columns.count(row.size()),
                columns.size(),
                format.kind() == TextFormat.Kind.CSV
                    ? " A text that contains the delimiter or a quote must stand in double quotes."
                    : "",
                TextFormat.shown(format.delimiter())));
  }

  /**
   * Detects a delimiter in texts that are read as one column.
   *
   * @return a warning if every line is one text
   * @throws InvalidInputException if columns are separated by another delimiter
   */
  private List<String> requireSeveralColumns() {
    if (columns.size() != 1 || format.kind() == TextFormat.Kind.JSONL) {
      return List.of();
    }
    List<String> texts = peek().stream().map(row -> row.text(0)).toList();
    Optional<Character> found =
        FirstRows.delimiter(columns.names().stream().findFirst(), texts, format);
    if (found.isEmpty()) {
      return List.of();
    }
    boolean separated = format.kind().separated();
    String seen =
        "%s is read as %s, but nearly every row holds the same number of %s. If they separate columns, use %s"
            .formatted(
                name,
                separated ? "one column" : "one text per line",
                TextFormat.shown(found.get()),
                TextFormat.settings(found.get(), separated));
    if (separated) {
      throw new InvalidInputException(
          seen + "; if every line is one text, use the setting input-format=txt.");
    }
    return List.of(seen + ".");
  }

  @Override
  public void close() {
    lines.close();
  }

  /** A row whose columns are accessed by index. */
  record Cells(String name, long line, List<String> texts) implements Row {
    @Override
    public boolean hasField(String field) {
      return false;
    }

    @Override
    public int size() {
      return texts.size();
    }

    @Override
    public String text(int column) {
      if (column >= texts.size()) {
        throw new InvalidInputException(
            "%s, line %d: the row has %s, but column %d is needed."
                .formatted(name, line, Columns.count(texts.size()), column + 1));
      }
      return texts.get(column);
    }
  }

  private record PlainRows(Utf8Lines lines, String name) implements Iterator<Row> {
    @Override
    public boolean hasNext() {
      return lines.hasNext();
    }

    @Override
    public Row next() {
      String text = lines.next();
      return new Cells(name, lines.line(), List.of(text));
    }
  }
}
