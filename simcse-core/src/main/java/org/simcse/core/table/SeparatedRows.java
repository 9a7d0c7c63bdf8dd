package org.simcse.core.table;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.simcse.api.error.InvalidInputException;

/**
 * Reads the rows of a file whose columns are separated by a delimiter. An empty line is not a row.
 */
final class SeparatedRows implements Iterator<TextTable.Row> {
  private final String name;
  private final Utf8Lines lines;
  private final LineReader reader;
  private final JsonParser parser;
  private final TextFormat format;
  private final List<String> header;
  private Optional<TextTable.Row> next;

  SeparatedRows(Utf8Lines lines, String name, TextFormat format) {
    this.name = name;
    this.lines = lines;
    this.format = format;
    reader = new LineReader(lines);
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
              .createParser(reader);
      parser.nextToken(); // the array of all rows
    } catch (IOException e) {
      throw unreadable(e);
    }
    next = read();
    boolean named = format.header() != TextFormat.Header.NONE;
    header = named ? next.map(SeparatedRows::names).orElse(List.of()) : List.of();
    if (named) {
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
      while (parser.nextToken() == JsonToken.START_ARRAY) {
        line = lines.line(); // the parser has just fetched the row's first line, and no more
        boolean empty = reader.emptyLine();
        List<String> texts = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          texts.add(parser.getText());
        }
        if (!empty) {
          return Optional.of(new TextTable.Cells(name, line, List.copyOf(texts)));
        }
      }
      return Optional.empty();
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "%s, line %d: the row that begins here is damaged: %s. A double quote within a quoted text must be written twice; columns are separated by %s (the setting delimiter)."
              .formatted(name, line, e.getOriginalMessage(), TextFormat.shown(format.delimiter())),
          e);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private UncheckedIOException unreadable(IOException e) {
    return new UncheckedIOException(name + " cannot be read: " + e.getMessage(), e);
  }
}
