package org.simcse.core.table;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.simcse.api.error.InvalidInputException;

/** Reads the rows of a file with one JSON object per line, or with one list of objects. */
final class JsonRows implements Iterator<TextTable.Row> {
  private static final ObjectReader JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build().reader();
  private static final ObjectReader ELEMENT = new JsonMapper().reader();

  private final Utf8Lines lines;
  private final String name;
  private final Optional<JsonParser> list;
  private final long linesBefore;
  private final List<String> header = new ArrayList<>();
  private Optional<Fields> ahead;

  JsonRows(Utf8Lines lines, String name) {
    this.lines = lines;
    this.name = name;
    while (lines.peek().filter(String::isBlank).isPresent()) {
      lines.next();
    }
    linesBefore = lines.line();
    list = lines.peek().filter(line -> line.stripLeading().startsWith("[")).map(line -> parser());
    ahead = read();
    ahead.ifPresent(row -> row.object().fieldNames().forEachRemaining(header::add));
  }

  private JsonParser parser() {
    try {
      JsonParser parser = JSON.createParser(new LineReader(lines));
      parser.nextToken(); // the list
      return parser;
    } catch (IOException e) {
      throw refused(e);
    }
  }

  /** Returns the fields of the first object. */
  List<String> header() {
    return List.copyOf(header);
  }

  @Override
  public boolean hasNext() {
    if (ahead.isEmpty()) {
      ahead = read();
    }
    return ahead.isPresent();
  }

  @Override
  public TextTable.Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Fields row = ahead.orElseThrow();
    ahead = Optional.empty();
    return row;
  }

  private Optional<Fields> read() {
    try {
      return list.isPresent() ? element(list.get()) : line();
    } catch (IOException e) {
      throw refused(e);
    }
  }

  /** Returns the object on the next line that is not blank. */
  private Optional<Fields> line() throws IOException {
    String text = "";
    while (text.isBlank()) {
      if (!lines.hasNext()) {
        return Optional.empty();
      }
      text = lines.next();
    }
    if (JSON.readTree(text) instanceof ObjectNode object) {
      return Optional.of(new Fields(name, lines.line(), header, object));
    }
    throw new InvalidInputException(
        "%s, line %d is not a JSON object, but every line must be one."
            .formatted(name, lines.line()));
  }

  /** Returns the next object of the list. */
  private Optional<Fields> element(JsonParser parser) throws IOException {
    if (parser.isClosed()) {
      return Optional.empty();
    }
    JsonToken token = parser.nextToken();
    long line = linesBefore + parser.currentTokenLocation().getLineNr();
    if (token == JsonToken.START_OBJECT && ELEMENT.readTree(parser) instanceof ObjectNode object) {
      return Optional.of(new Fields(name, line, header, object));
    } else if (token == JsonToken.END_ARRAY && parser.nextToken() == null) {
      parser.close();
      return Optional.empty();
    }
    throw new InvalidInputException(
        token == JsonToken.END_ARRAY
            ? "%s, line %d: there is something behind the list.".formatted(name, lines.line())
            : "%s, line %d: an element of the list is not a JSON object, but every one must be."
                .formatted(name, line));
  }

  private RuntimeException refused(IOException e) {
    if (e instanceof JsonProcessingException malformed) {
      return new InvalidInputException(
          "%s, line %d is not JSON: %s. Every line must hold one object, or the file one list of objects."
              .formatted(name, lines.line(), reason(malformed)),
          e);
    }
    return new UncheckedIOException(name + " cannot be read: " + e.getMessage(), e);
  }

  /** Returns Jackson's reason without its location, which does not name the file. */
  private static String reason(JsonProcessingException malformed) {
    return String.valueOf(malformed.getOriginalMessage())
        .replaceAll(" ?\\(start marker at .*?\\]\\)", "");
  }

  private record Fields(String name, long line, List<String> header, ObjectNode object)
      implements TextTable.Row {
    @Override
    public int size() {
      return object.size();
    }

    @Override
    public boolean hasField(String field) {
      return object.has(field);
    }

    @Override
    public boolean isNull(int column) {
      return object.path(header.get(column)).isNull();
    }

    @Override
    public String text(int column) {
      String field = header.get(column);
      JsonNode value = object.path(field);
      if (!value.isValueNode()) {
        throw new InvalidInputException(
            "%s, line %d: there is no text in the field '%s'.".formatted(name, line, field));
      }
      return value.isNull() ? "" : wellFormed(value.asText());
    }

    @Override
    public List<String> elements(int column) {
      JsonNode value = object.path(header.get(column));
      if (!value.isArray() || value.isEmpty()) {
        return TextTable.Row.super.elements(column);
      }
      List<String> elements = new ArrayList<>();
      value.forEach(element -> elements.add(element.asText()));
      return elements;
    }

    /**
     * Replaces unpaired surrogates, which escapes may produce and UTF-8 cannot encode, by U+FFFD.
     */
    private static String wellFormed(String text) {
      if (text.chars().noneMatch(c -> Character.isSurrogate((char) c))) {
        return text;
      }
      StringBuilder result = new StringBuilder();
      text.codePoints()
          .map(c -> c <= 0xFFFF && Character.isSurrogate((char) c) ? 0xFFFD : c)
          .forEach(result::appendCodePoint);
      return result.toString();
    }
  }
}
