package org.simcse.core.modeldir;

import java.net.URL;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files that define a model's tokenizer, with the settings in their companion files.
 *
 * @param vocabulary the tokens
 * @param lowerCase whether texts are lowercased first, regardless of the tokenizer
 * @param specialTokens tokens by role, such as {@code [PAD]} by {@code pad_token}, as far as a file
 *     specifies them
 * @param addedTokens tokens that are added to a {@link WordPiece} or {@link ByteLevelBpe}
 *     vocabulary, and their ids
 * @param copies every file by its name, for copying the tokenizer to another directory
 * @since 0.1.0
 */
public record TokenizerFiles(
    Vocabulary vocabulary,
    boolean lowerCase,
    Map<String, String> specialTokens,
    Map<String, Integer> addedTokens,
    Map<String, URL> copies) {

  /** The source of the tokens. */
  public sealed interface Vocabulary {}

  /**
   * The whole tokenizer in one file.
   *
   * @param file {@code tokenizer.json}, in a directory or in a jar
   */
  public record Whole(URL file) implements Vocabulary {}

  /**
   * BERT's WordPiece vocabulary; the options are those of {@code tokenizer_config.json}.
   *
   * @param file {@code vocab.txt}
   * @param lowerCase {@code do_lower_case}; default: true
   * @param stripAccents {@code strip_accents}; default: the value of {@code lowerCase}
   * @param splitChinese {@code tokenize_chinese_chars}; default: true
   */
  public record WordPiece(Path file, boolean lowerCase, boolean stripAccents, boolean splitChinese)
      implements Vocabulary {}

  /**
   * RoBERTa's byte-level BPE vocabulary.
   *
   * @param file {@code vocab.json}
   * @param merges {@code merges.txt}
   * @param prefixSpace {@code add_prefix_space} of {@code tokenizer_config.json}; default: false
   */
  public record ByteLevelBpe(Path file, Path merges, boolean prefixSpace) implements Vocabulary {}

  /** Copies the maps. */
  public TokenizerFiles {
    specialTokens = Map.copyOf(specialTokens);
    addedTokens = Collections.unmodifiableMap(new LinkedHashMap<>(addedTokens));
    copies = Collections.unmodifiableMap(new LinkedHashMap<>(copies));
  }

  /** Returns a vocabulary without companion files. */
  public static TokenizerFiles of(Vocabulary vocabulary) {
    return new TokenizerFiles(vocabulary, false, Map.of(), Map.of(), Map.of());
  }

  /** Returns the token that a file specifies for a role such as {@code pad_token}. */
  public Optional<String> specialToken(String role) {
    return Optional.ofNullable(specialTokens.get(role));
  }

  /** Returns the roles of the special tokens that are read. */
  static List<String> roles() {
    return List.of("cls_token", "sep_token", "pad_token", "unk_token", "mask_token");
  }
}
