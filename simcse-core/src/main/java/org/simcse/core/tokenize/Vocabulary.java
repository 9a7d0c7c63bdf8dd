package org.simcse.core.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.simcse.api.error.CheckpointException;
import org.simcse.core.io.Json;

/**
 * The tokens of a tokenizer and their ids.
 *
 * @param source its name in messages
 * @param ids tokens to ids, in the order of the file
 */
record Vocabulary(String source, Map<String, Integer> ids) {
  /**
   * Reads a {@code vocab.txt}: the id is the line's index from 0, and of equal lines the last
   * counts.
   */
  static Vocabulary ofLines(Path file) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    List<String> lines = Utf8File.text(file).lines().toList();
    for (int id = 0; id < lines.size(); id++) {
      ids.put(lines.get(id), id);
    }
    return new Vocabulary(file.toString(), ids);
  }

  /** Reads a {@code vocab.json}: one object of tokens and ids. */
  static Vocabulary ofObject(Path file) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    addObject(ids, Json.tree(Utf8File.text(file), file.toString()), file.toString());
    return new Vocabulary(file.toString(), ids);
  }

  /** Returns the vocabulary of a {@code tokenizer.json}, with the tokens added to it. */
  static Vocabulary ofTokenizer(JsonNode tokenizer, String source) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    JsonNode vocabulary = tokenizer.path("model").path("vocab");
    if (vocabulary.isArray()) { // a Unigram model: [token, score], the index is the id
      for (JsonNode entry : vocabulary) {
        ids.put(entry.path(0).asText(), ids.size());
      }
    } else {
      addObject(ids, vocabulary, source);
    }
    for (JsonNode added : tokenizer.path("added_tokens")) {
      ids.put(added.path("content").asText(), id(added.path("id"), "added_tokens", source));
    }
    return new Vocabulary(source, ids);
  }

  /** Returns a copy with further tokens; existing tokens keep their ids. */
  Vocabulary with(Map<String, Integer> added) {
    Map<String, Integer> all = new LinkedHashMap<>(ids);
    added.forEach(all::putIfAbsent);
    return new Vocabulary(source, all);
  }

  private static void addObject(Map<String, Integer> ids, JsonNode vocabulary, String source) {
    vocabulary.properties().forEach(e -> ids.put(e.getKey(), id(e.getValue(), e.getKey(), source)));
  }

  private static int id(JsonNode value, String token, String source) {
    if (!value.canConvertToInt() || value.intValue() < 0) {
      throw new CheckpointException(
          "%s: the id of '%s' is %s; it must be a whole number from 0."
              .formatted(source, token, value));
    }
    return value.intValue();
  }

  /** Returns the id of the first of these tokens that exists, if any. */
  OptionalInt find(String... tokens) {
    return Stream.of(tokens)
        .map(ids::get)
        .filter(Objects::nonNull)
        .mapToInt(Integer::intValue)
        .findFirst();
  }

  /** Returns the id of the first of these tokens that exists; one must. */
  int require(String... tokens) {
    return find(tokens)
        .orElseThrow(
            () ->
                new CheckpointException(
                    "%s lacks the special token %s. Use the tokenizer files that belong to the model."
                        .formatted(source, String.join(" or ", tokens))));
  }

  /** Returns one more than the highest id. */
  int size() {
    return ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1) + 1;
  }
}
