package org.simcse.core.modeldir;

import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.simcse.api.error.CheckpointException;
import org.simcse.core.io.Json;
import org.simcse.core.io.SubstituteFile;

/** Finds the files of a tokenizer in a model directory. */
final class TokenizerDirectory {
  /** The file that {@link ModelWriter} rewrites. */
  static final String CONFIG = "tokenizer_config.json";

  private static final String SPECIAL = "special_tokens_map.json";
  private static final String ADDED = "added_tokens.json";
  private static final String DECODER = "added_tokens_decoder";

  private static final List<String> ALL =
      List.of("tokenizer.json", "vocab.txt", "vocab.json", "merges.txt", SPECIAL, ADDED);

  private final Path folder;
  private final Json config;

  private TokenizerDirectory(Path folder) {
    this.folder = folder;
    config = json(CONFIG);
  }

  /**
   * Reads a folder.
   *
   * @param lowerCase whether texts are lowercased first
   * @throws CheckpointException if there is no tokenizer, or a file is malformed
   */
  static TokenizerFiles read(Path folder, boolean lowerCase) {
    TokenizerDirectory directory = new TokenizerDirectory(folder);
    return new TokenizerFiles(
        directory.vocabulary(),
        lowerCase,
        directory.specialTokens(),
        directory.addedTokens(),
        directory.copies());
  }

  private TokenizerFiles.Vocabulary vocabulary() {
    Path whole = folder.resolve("tokenizer.json");
    Path words = folder.resolve("vocab.txt");
    Path pieces = folder.resolve("vocab.json");
    Path merges = folder.resolve("merges.txt");
    if (Files.exists(whole)) {
      SubstituteFile.refuse(whole);
      return new TokenizerFiles.Whole(url(whole));
    }
    if (Files.exists(words)) {
      SubstituteFile.refuse(words);
      boolean lower = config.find("do_lower_case", Boolean.class).orElse(true);
      return new TokenizerFiles.WordPiece(
          words,
          lower,
          config.find("strip_accents", Boolean.class).orElse(lower),
          config.find("tokenize_chinese_chars", Boolean.class).orElse(true));
    }
    if (Files.exists(pieces) && Files.exists(merges)) {
      SubstituteFile.refuse(merges);
      return new TokenizerFiles.ByteLevelBpe(
          pieces, merges, config.find("add_prefix_space", Boolean.class).orElse(false));
    }
    throw new CheckpointException(
        "The model directory %s has no tokenizer; expected is tokenizer.json, vocab.txt, or vocab.json with merges.txt.%s"
            .formatted(folder, sentencePiece()));
  }

  private String sentencePiece() {
    for (String name : List.of("sentencepiece.bpe.model", "spiece.model", "tokenizer.model")) {
      if (Files.exists(folder.resolve(name))) {
        return " A SentencePiece model such as %s is read through tokenizer.json: save the tokenizer once with transformers' AutoTokenizer."
            .formatted(name);
      }
    }
    return "";
  }

  private Json json(String name) {
    Path file = folder.resolve(name);
    return Files.exists(file) ? Json.read(file) : new Json(file.toString(), Map.of());
  }

  /** Returns the special tokens; each is a string, or an object with its content. */
  private Map<String, String> specialTokens() {
    Map<String, String> tokens = new LinkedHashMap<>();
    for (Json source : List.of(config, json(SPECIAL))) {
      for (String role : TokenizerFiles.roles()) {
        Object token = source.fields().get(role);
        Object content = token instanceof Map<?, ?> object ? object.get("content") : token;
        if (content instanceof String text) {
          tokens.put(role, text);
        }
      }
    }
    return tokens;
  }

  private Map<String, Integer> addedTokens() {
    Map<String, Integer> tokens = new LinkedHashMap<>();
    Json added = json(ADDED);
    added.fields().keySet().forEach(token -> tokens.put(token, added.get(token, Integer.class)));
    Json decoder =
        new Json(config.source(), typed(config.find(DECODER, Map.class).orElse(Map.of())));
    for (String id : decoder.fields().keySet()) {
      Json token = new Json(config.source(), typed(decoder.get(id, Map.class)));
      if (!id.matches("[0-9]{1,9}")) {
        throw new CheckpointException(
            "%s: the field %s has the id '%s'; ids are whole numbers from 0."
                .formatted(config.source(), DECODER, id));
      }
      tokens.putIfAbsent(token.get("content", String.class), Integer.valueOf(id));
    }
    return tokens;
  }

  private static Map<String, Object> typed(Map<?, ?> fields) {
    Map<String, Object> typed = new LinkedHashMap<>();
    fields.forEach((name, value) -> typed.put(String.valueOf(name), value));
    return typed;
  }

  private Map<String, URL> copies() {
    Map<String, URL> copies = new LinkedHashMap<>();
    for (String name : ALL) {
      if (Files.exists(folder.resolve(name))) {
        copies.put(name, url(folder.resolve(name)));
      }
    }
    if (Files.exists(folder.resolve(CONFIG))) {
      copies.put(CONFIG, url(folder.resolve(CONFIG)));
    }
    return copies;
  }

  private static URL url(Path file) {
    try {
      return file.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new CheckpointException("%s cannot be named by a URL.".formatted(file), e);
    }
  }
}
