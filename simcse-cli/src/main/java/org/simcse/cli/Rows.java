package org.simcse.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.simcse.api.error.InvalidInputException;

/**
 * The wanted columns of a file of texts, a row at a time: {@code .csv} and {@code .tsv} with a
 * header, {@code .jsonl}, and anything else as one text a line.
 */
final class Rows implements Iterator<List<String>>, AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Utf8Lines lines;
  private final Iterator<List<String>> rows;

  private Rows(Utf8Lines lines, Iterator<List<String>> rows) {
    this.lines = lines;
    this.rows = rows;
  }

  /**
   * Opens a file, or standard input if there is none.
   *
   * @param columns names, or numbers from 1; as many as wanted, or none for the obvious one
   * @param plainDelimiter what separates the columns of a file of plain lines; none if a line is
   *     one text
   */
  static Rows open(
      Optional<Path> file,
      List<String> columns,
      Optional<String> plainDelimiter,
      boolean replaceInvalid) {
    String name = file.map(Path::toString).orElse("standard input");
    Utf8Lines lines = new Utf8Lines(stream(file), name, replaceInvalid);
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.endsWith(".csv") || lower.endsWith(".tsv")) {
      return new Rows(lines, separated(lines, name, columns, lower.endsWith(".tsv") ? '\t' : ','));
    }
    if (lower.endsWith(".jsonl")) {
      return new Rows(lines, mapped(lines, line -> fields(line, name, lines.line(), columns)));
    }
    if (!columns.isEmpty()) {
      throw new InvalidInputException(
          "--column %s: %s is no .csv, .tsv or .jsonl file, so it has no columns."
              .formatted(columns.get(0), name));
    }
    return new Rows(lines, mapped(lines, line -> plain(line, name, lines.line(), plainDelimiter)));
  }

  private static InputStream stream(Optional<Path> file) {
    try {
      return file.isPresent() ? Files.newInputStream(file.get()) : System.in;
    } catch (NoSuchFileException e) {
      throw new InvalidInputException("The file " + file.get() + " does not exist.", e);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The file " + file.get() + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<String> plain(
      String line, String name, long number, Optional<String> delimiter) {
    if (delimiter.isEmpty()) {
      return List.of(line);
    }
    List<String> parts = List.of(line.split(delimiter.get(), -1));
    if (parts.size() < 2) {
      throw new InvalidInputException(
          "%s, line %d: two texts separated by a tab are wanted, but there is one."
              .formatted(name, number));
    }
    return parts.subList(0, 2);
  }

  private static List<String> fields(String line, String name, long number, List<String> columns) {
    try {
      JsonNode object = JSON.readTree(line);
      List<String> texts = new ArrayList<>();
      for (String column : columns.isEmpty() ? List.of("text") : columns) {
        JsonNode value = object.get(column);
        if (value == null || !value.isValueNode()) {
          throw new InvalidInputException(
              "%s, line %d: there is no text in the field '%s'. Choose the field with --column."
                  .formatted(name, number, column));
        }
        texts.add(value.asText());
      }
      return texts;
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "%s, line %d is not JSON: %s.".formatted(name, number, e.getOriginalMessage()), e);
    }
  }

  private static Iterator<List<String>> separated(
      Utf8Lines lines, String name, List<String> columns, char separator) {
    CsvSchema schema = CsvSchema.emptySchema().withColumnSeparator(separator);
    if (separator == '\t') {
      schema = schema.withoutQuoteChar(); // a tab-separated file quotes nothing
    }
    try {
      MappingIterator<String[]> records =
          new CsvMapper()
              .readerFor(String[].class)
              .with(CsvParser.Feature.WRAP_AS_ARRAY)
              .with(schema)
              .readValues(new LineReader(lines));
      if (!records.hasNext()) {
        return List.<List<String>>of().iterator();
      }
      List<Integer> places = places(List.of(records.next()), columns, name);
      return mapped(records, record -> pick(record, places, name, lines.line()));
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<String> pick(String[] record, List<Integer> places, String name, long line) {
    return places.stream()
        .map(
            place -> {
              if (place >= record.length) {
                throw new InvalidInputException(
                    "%s, near line %d: the row has %d columns, but column %d is wanted."
                        .formatted(name, line, record.length, place + 1));
              }
              return record[place];
            })
        .toList();
  }

  private static List<Integer> places(List<String> header, List<String> columns, String name) {
    List<String> wanted = columns;
    if (columns.isEmpty()) {
      wanted =
          header.size() == 1
              ? header
              : header.stream()
                  .filter(column -> column.equals("text") || column.equals("sentence"))
                  .limit(1)
                  .toList();
      if (wanted.isEmpty()) {
        throw new InvalidInputException(
            "%s has the columns %s; choose one with --column.".formatted(name, header));
      }
    }
    return wanted.stream().map(column -> place(header, column, name)).toList();
  }

  private static int place(List<String> header, String column, String name) {
    int byName = header.indexOf(column);
    if (byName >= 0) {
      return byName;
    }
    if (column.matches("[1-9][0-9]{0,4}") && Integer.parseInt(column) <= header.size()) {
      return Integer.parseInt(column) - 1;
    }
    throw new InvalidInputException(
        "%s has no column '%s'; its header says %s.".formatted(name, column, header));
  }

  private static <A, B> Iterator<B> mapped(Iterator<A> source, Function<A, B> function) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return source.hasNext();
      }

      @Override
      public B next() {
        return function.apply(source.next());
      }
    };
  }

  @Override
  public boolean hasNext() {
    return rows.hasNext();
  }

  @Override
  public List<String> next() {
    return rows.next();
  }

  @Override
  public void close() {
    lines.close();
  }

  /** The lines again as characters, for a parser whose records may span lines. */
  private static final class LineReader extends Reader {
    private final Utf8Lines lines;
    private String rest = "";

    LineReader(Utf8Lines lines) {
      this.lines = lines;
    }

    @Override
    public int read(char[] into, int offset, int length) {
      if (rest.isEmpty()) {
        if (!lines.hasNext()) {
          return -1;
        }
        rest = lines.next() + "\n";
      }
      int count = Math.min(length, rest.length());
      rest.getChars(0, count, into, offset);
      rest = rest.substring(count);
      return count;
    }

    @Override
    public void close() {
      lines.close();
    }
  }
}
