package org.simcse.core.io;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.simcse.api.error.CheckpointException;

/**
 * A JSON object read from a file, with the file's name for messages.
 *
 * @param source the file's name
 * @param fields its fields: numbers, strings, booleans, lists and maps; null values are omitted
 */
public record Json(String source, Map<String, Object> fields) {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private static final ObjectMapper TREES = new ObjectMapper();

  /** Reads a JSON object. */
  public static Json read(Path file) {
    SubstituteFile.refuse(file);
    try {
      return parse(file.toString(), Files.readAllBytes(file));
    } catch (IOException e) {
      throw new CheckpointException("%s cannot be read: %s.".formatted(file, e.getMessage()), e);
    }
  }

  /** Parses a JSON object. */
  public static Json parse(String source, byte[] bytes) {
    if (value(source, bytes) instanceof Map<?, ?> map) {
      return new Json(source, withoutNulls(map));
    }
    throw new CheckpointException("%s does not hold a JSON object.".formatted(source));
  }

  /**
   * Parses a JSON object as a tree. Unlike {@link #parse} it keeps null values, and it accepts a
   * field given twice, whose last value counts: published tokenizers have such vocabularies.
   *
   * @param source the name of the text in messages
   */
  public static JsonNode tree(String json, String source) {
    try {
      JsonNode node = TREES.readTree(json);
      if (node.isObject()) {
        return node;
      }
      throw new CheckpointException("%s does not hold a JSON object.".formatted(source));
    } catch (JsonProcessingException e) {
      throw new CheckpointException("%s is not valid JSON: %s.".formatted(source, position(e)), e);
    }
  }

  /** Returns the objects of a field that is a list of them; empty if the field is absent. */
  public List<Json> list(String name) {
    List<Json> objects = new ArrayList<>();
    for (Object element : find(name, List.class).orElse(List.of())) {
      objects.add(object(source, element));
    }
    return objects;
  }

  /** Returns a field that is an object, if present. */
  public Optional<Json> object(String name) {
    return find(name, Map.class).map(fields -> object(source, fields));
  }

  private static Json object(String source, @Nullable Object element) {
    if (element instanceof Map<?, ?> map) {
      return new Json(source, withoutNulls(map));
    }
    throw new CheckpointException(
        "%s holds %s where a JSON object is expected.".formatted(source, element));
  }

  /** Reads a list of JSON objects. */
  public static List<Json> readList(Path file) {
    SubstituteFile.refuse(file);
    try {
      if (value(file.toString(), Files.readAllBytes(file)) instanceof List<?> list) {
        List<Json> objects = new ArrayList<>();
        for (Object element : list) {
          objects.add(object(file.toString(), element));
        }
        return objects;
      }
      throw new CheckpointException("%s does not hold a JSON list.".formatted(file));
    } catch (IOException e) {
      throw new CheckpointException("%s cannot be read: %s.".formatted(file, e.getMessage()), e);
    }
  }

  /** Returns fields as JSON bytes, indented. */
  public static byte[] bytes(Object fields) {
    try {
      return MAPPER.writeValueAsBytes(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("These are no JSON values: " + fields, e);
    }
  }

  /** Returns a field, if present. */
  public <T> Optional<T> find(String name, Class<T> type) {
    Object value = fields.get(name);
    if (value == null || type.isInstance(value)) {
      return Optional.ofNullable(value).map(type::cast);
    }
    throw new CheckpointException(
        "%s: the field %s is %s, where %s is expected."
            .formatted(source, name, value, describe(type)));
  }

  /** Returns a required field. */
  public <T> T get(String name, Class<T> type) {
    return find(name, type)
        .orElseThrow(
            () ->
                new CheckpointException(
                    "%s has no field %s; %s is expected.".formatted(source, name, describe(type))));
  }

  /**
   * Rejects a file with unknown fields: what would be skipped may change the result.
   *
   * @throws CheckpointException naming every field that is not among {@code known}
   */
  public void refuseUnknown(Set<String> known) {
    Set<String> unknown = new TreeSet<>(fields.keySet());
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw new CheckpointException(
          "%s has the fields %s, which are not supported; supported are %s."
              .formatted(source, unknown, new TreeSet<>(known)));
    }
  }

  private static String describe(Class<?> type) {
    return switch (type.getSimpleName()) {
      case "String" -> "a string";
      case "Boolean" -> "true or false";
      case "Integer" -> "a whole number";
      case "Map" -> "an object";
      case "List" -> "a list";
      default -> "a number";
    };
  }

  private static @Nullable Object value(String source, byte[] bytes) {
    try {
      return MAPPER.readValue(bytes, Object.class);
    } catch (JsonProcessingException e) {
      throw new CheckpointException("%s is not valid JSON: %s.".formatted(source, position(e)), e);
    } catch (IOException e) {
      throw new CheckpointException("%s cannot be read: %s.".formatted(source, e.getMessage()), e);
    }
  }

  private static String position(JsonProcessingException e) {
    String problem = Objects.requireNonNullElse(e.getOriginalMessage(), "it is damaged");
    String line = problem.lines().findFirst().orElse("it is damaged");
    return e.getLocation() == null
        ? line
        : "%s (line %d)".formatted(line, e.getLocation().getLineNr());
  }

  private static Map<String, Object> withoutNulls(Map<?, ?> map) {
    Map<String, Object> copy = new LinkedHashMap<>();
    map.forEach(
        (key, value) -> {
          if (value instanceof Map<?, ?> inner) {
            copy.put((String) key, withoutNulls(inner));
          } else if (value != null) {
            copy.put((String) key, value);
          }
        });
    return copy;
  }
}
