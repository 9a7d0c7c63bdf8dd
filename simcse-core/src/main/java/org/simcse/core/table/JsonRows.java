package org.simcse.core.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.simcse.api.error.InvalidInputException;

/** The rows of a file with a JSON object a line. */
final class JsonRows implements Iterator<TextTable.Row> {
  private static final ObjectReader JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build().reader();

  private final Utf8Lines lines;
  private final String name;
  private final List<String> header = new ArrayList<>();
  private Optional<Fields> ahead;

  JsonRows(Utf8Lines lines, String name) {
    this.lines = lines;
    this.name = name;
    ahead = read();
    ahead.ifPresent(row -> row.object().fieldNames().forEachRemaining(header::add));
  }

  /** The fields of the first object. */
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

  /** The next object; blank lines are none. */
  private Optional<Fields> read() {
    String text = "";
    while (text.isBlank()) {
      if (!lines.hasNext()) {
        return Optional.empty();
      }
      text = lines.next();
    }
    try {
      if (JSON.readTree(text) instanceof ObjectNode object) {
        return Optional.of(new Fields(name, lines.line(), header, object));
      }
      throw new InvalidInputException(
          "%s, line %d is not a JSON object, but every line must be one."
              .formatted(name, lines.line()));
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "%s, line %d is not JSON: %s.".formatted(name, lines.line(), e.getOriginalMessage()), e);
    }
  }

  private record Fields(String name, long line, List<String> header, ObjectNode object)
      implements TextTable.Row {
    @Override
    public int size() {
      return object.size();
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

    /** An escape may give half of a surrogate pair, which no file of text can hold. */
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
