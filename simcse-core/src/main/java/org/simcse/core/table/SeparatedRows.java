package org.simcse.core.table;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.simcse.api.error.InvalidInputException;

/** The rows of a file whose columns are separated by a delimiter. */
final class SeparatedRows implements Iterator<TextTable.Row> {
  private final String name;
  private final Utf8Lines lines;
  private final JsonParser parser;
  private final List<String> header;
  private Optional<TextTable.Row> next;

  SeparatedRows(Utf8Lines lines, String name, TextFormat format) {
    this.name = name;
    this.lines = lines;
    CsvSchema schema = CsvSchema.emptySchema().withColumnSeparator(format.delimiter());
    if (format.kind() == TextFormat.Kind.TSV) {
      schema = schema.withoutQuoteChar();
    }
    try {
      parser =
          new CsvMapper()
              .reader()
              .with(CsvParser.Feature.WRAP_AS_ARRAY)
              .with(schema)
              .createParser(new LineReader(lines));
      parser.nextToken(); // the array of all rows
    } catch (IOException e) {
      throw unreadable(e);
    }
    next = read();
    header = format.header() ? next.map(SeparatedRows::names).orElse(List.of()) : List.of();
    if (format.header()) {
      next = read();
    }
  }

  private static List<String> names(TextTable.Row row) {
    return ((TextTable.Cells) row).texts();
  }

  List<String> header() {
    return header;
  }

  @Override
  public boolean hasNext() {
    return next.isPresent();
  }

  @Override
  public TextTable.Row next() {
    TextTable.Row row = next.orElseThrow(NoSuchElementException::new);
    next = read();
    return row;
  }

  private Optional<TextTable.Row> read() {
    long line = lines.line() + 1;
    try {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        return Optional.empty();
      }
      line = lines.line(); // the parser has just fetched the row's first line, and no more
      List<String> texts = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        texts.add(parser.getText());
      }
      return Optional.of(new TextTable.Cells(name, line, List.copyOf(texts)));
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "%s, line %d: the row that begins here is damaged: %s. A double quote within a quoted text must be written twice."
              .formatted(name, line, e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private UncheckedIOException unreadable(IOException e) {
    return new UncheckedIOException(name + " cannot be read: " + e.getMessage(), e);
  }

  /** The lines again as characters, for a parser whose rows may span lines. */
  private static final class LineReader extends Reader {
    private final Utf8Lines lines;
    private String line = "";
    private int done;

    LineReader(Utf8Lines lines) {
      this.lines = lines;
    }

    @Override
    public int read(char[] into, int offset, int length) {
      if (done == line.length()) {
        if (!lines.hasNext()) {
          return -1;
        }
        line = lines.next() + "\n";
        done = 0;
      }
      int count = Math.min(length, line.length() - done);
      line.getChars(done, done + count, into, offset);
      done += count;
      return count;
    }

    @Override
    public void close() {
      lines.close();
    }
  }
}
