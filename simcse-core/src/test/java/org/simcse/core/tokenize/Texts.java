package org.simcse.core.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.simcse.core.modeldir.TokenizerFiles;

/** What the tests of tokenizers share. */
final class Texts {
  /** For a {@code tokenizer.json} that is given as text: its own file is not looked at. */
  static final TokenizerFiles NOTHING_BESIDE =
      TokenizerFiles.of(new TokenizerFiles.WordPiece(Path.of(""), true, true, true));

  static final int UNLIMITED = Integer.MAX_VALUE;

  private Texts() {}

  /** A text and the ids that a reference implementation gave it. */
  record Case(String text, List<Integer> ids) {}

  /** The tokenizer files of a tiny model, committed. */
  static Path tiny(String model) {
    try {
      return Path.of(Objects.requireNonNull(Texts.class.getResource(model)).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** The {@code tokenizer.json} of a directory. */
  static TokenizerFiles whole(Path directory) {
    try {
      return TokenizerFiles.of(
          new TokenizerFiles.Whole(directory.resolve("tokenizer.json").toUri().toURL()));
    } catch (MalformedURLException e) {
      throw new AssertionError(e);
    }
  }

  /** The {@code vocab.txt} of a directory, uncased or cased. */
  static TokenizerFiles words(Path directory, boolean lowerCase) {
    return TokenizerFiles.of(
        new TokenizerFiles.WordPiece(directory.resolve("vocab.txt"), lowerCase, lowerCase, true));
  }

  /** The {@code vocab.json} and {@code merges.txt} of a directory. */
  static TokenizerFiles pairs(Path directory, boolean prefixSpace) {
    return TokenizerFiles.of(
        new TokenizerFiles.ByteLevelBpe(
            directory.resolve("vocab.json"), directory.resolve("merges.txt"), prefixSpace));
  }

  static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(Files.readString(file));
  }

  /** Reads {@code {"cases": [{"text": "...", "ids": [...]}]}}. */
  static List<Case> cases(Path file) throws IOException {
    List<Case> cases = new ArrayList<>();
    for (JsonNode one : json(file).get("cases")) {
      cases.add(new Case(one.get("text").textValue(), integers(one.get("ids"))));
    }
    return cases;
  }

  static List<Integer> integers(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::intValue).toList();
  }

  static List<List<Integer>> ids(TextTokenizer tokenizer, List<String> texts, int maxLength) {
    return tokenizer.encode(texts, maxLength).stream().map(Texts::ids).toList();
  }

  static List<Integer> ids(TextTokenizer tokenizer, String text) {
    return ids(tokenizer, List.of(text), UNLIMITED).get(0);
  }

  static List<Integer> ids(Encoded encoded) {
    return Arrays.stream(encoded.tokens().ids()).boxed().toList();
  }
}
