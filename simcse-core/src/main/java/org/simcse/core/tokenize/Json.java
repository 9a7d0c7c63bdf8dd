package org.simcse.core.tokenize;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.simcse.api.error.CheckpointException;

/** Reads and writes the JSON files of tokenizers. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static JsonNode read(Path file) {
    return parse(text(file), file.toString());
  }

  /** The object that a text holds; {@code source} is what messages call it. */
  static JsonNode parse(String json, String source) {
    try {
      JsonNode node = MAPPER.readTree(json);
      if (node.isObject()) {
        return node;
      }
      throw new CheckpointException(source + " does not hold a JSON object.");
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          "%s is not valid JSON: %s.".formatted(source, e.getOriginalMessage()), e);
    }
  }

  /** A whole file of UTF-8. */
  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new CheckpointException("The file %s cannot be read (%s).".formatted(file, e), e);
    }
  }

  /** The whole of something in UTF-8, in a directory or in a jar. */
  static String text(URL file) {
    try (InputStream stream = file.openStream()) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new CheckpointException("The file %s cannot be read (%s).".formatted(file, e), e);
    }
  }
}
