package org.simcse.core.table;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.simcse.api.error.InvalidInputException;

/**
 * The rows of a file of texts, one at a time, so that a file may be larger than memory.
 *
 * <p>Whatever is wrong with the input is an {@link InvalidInputException} that names the file and
 * the line, thrown by {@link #open}, {@link #hasNext}, {@link #next} or {@link Row#text}. A file
 * that cannot be read is an {@link UncheckedIOException}. Not safe for use by several threads.
 */
public final class TextTable implements Iterator<TextTable.Row>, AutoCloseable {
  private final Utf8Lines lines;
  private final List<String> header;
  private final Iterator<Row> rows;

  /** One row. */
  public interface Row {
    /** The number of columns. */
    int size();

    /**
     * The text in a column; a {@code null} of JSON is the empty text.
     *
     * @param column the place of the column in the header, or in the row if there is none, from 0
     * @throws InvalidInputException if this row has no text there
     */
    String text(int column);

    /** The number of the line on which the row begins, from 1. */
    long line();
  }

  private TextTable(Utf8Lines lines, List<String> header, Iterator<Row> rows) {
    this.lines = lines;
    this.header = header;
    this.rows = rows;
  }

  /**
   * Opens a file.
   *
   * @throws InvalidInputException if there is no such file or its first row is damaged
   */
  public static TextTable open(Path file, TextFormat format) {
    return read(stream(file), file.toString(), format);
  }

  /**
   * Reads a stream, which this closes.
   *
   * @param name what messages call it
   * @throws InvalidInputException if the first row is damaged
   */
  public static TextTable read(InputStream in, String name, TextFormat format) {
    Utf8Lines lines = new Utf8Lines(in, name, format.replaceInvalid());
    try {
      return switch (format.kind()) {
        case TXT -> new TextTable(lines, List.of(), new PlainRows(lines, name));
        case JSONL -> {
          JsonRows rows = new JsonRows(lines, name);
          yield new TextTable(lines, rows.header(), rows);
        }
        case CSV, TSV -> {
          SeparatedRows rows = new SeparatedRows(lines, name, format);
          yield new TextTable(lines, rows.header(), rows);
        }
      };
    } catch (RuntimeException e) {
      lines.close();
      throw e;
    }
  }

  public static InputStream stream(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new InvalidInputException(file + " is a directory, but a file of texts is wanted.");
      }
      return Files.newInputStream(file);
    } catch (NoSuchFileException e) {
      throw new InvalidInputException("The file " + file + " does not exist.", e);
    } catch (IOException e) {
      throw new UncheckedIOException("The file " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * The names of the columns: the header, or the fields of the first JSON object; empty if the
   * columns have no names.
   */
  public List<String> header() {
    return header;
  }

  @Override
  public boolean hasNext() {
    return rows.hasNext();
  }

  @Override
  public Row next() {
    return rows.next();
  }

  @Override
  public void close() {
    lines.close();
  }

  /** A row whose columns are known by their places. */
  record Cells(String name, long line, List<String> texts) implements Row {
    @Override
    public int size() {
      return texts.size();
    }

    @Override
    public String text(int column) {
      if (column >= texts.size()) {
        throw new InvalidInputException(
            "%s, line %d: the row has %s, but column %d is wanted."
                .formatted(name, line, columns(texts.size()), column + 1));
      }
      return texts.get(column);
    }
  }

  /** "1 column", "2 columns". */
  public static String columns(int count) {
    return count == 1 ? "1 column" : count + " columns";
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
