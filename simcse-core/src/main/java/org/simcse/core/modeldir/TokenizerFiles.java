package org.simcse.core.modeldir;

import java.net.URL;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files that a model's tokenizer is made from, and what the others beside them say of it.
 *
 * @param vocabulary the tokens
 * @param lowerCase whether texts are put into lower case first, whatever the tokenizer does
 * @param specialTokens such as {@code [PAD]} by {@code pad_token}, where a file says it
 * @param addedTokens tokens that are added to a {@link WordPiece} or {@link ByteLevelBpe}
 *     vocabulary, and their ids
 * @param copies every file by its name, for a directory that gets the same tokenizer
 */
public record TokenizerFiles(
    Vocabulary vocabulary,
    boolean lowerCase,
    Map<String, String> specialTokens,
    Map<String, Integer> addedTokens,
    Map<String, URL> copies) {

  /** What the tokens are read from. */
  public sealed interface Vocabulary {}

  /**
   * The whole tokenizer in one file.
   *
   * @param file {@code tokenizer.json}, in a directory or in a jar
   */
  public record Whole(URL file) implements Vocabulary {}

  /**
   * A WordPiece vocabulary, BERT's; the options are those of {@code tokenizer_config.json}.
   *
   * @param file {@code vocab.txt}
   * @param lowerCase {@code do_lower_case}, true where nothing is said
   * @param stripAccents {@code strip_accents}; where nothing is said, what {@code lowerCase} is
   * @param splitChinese {@code tokenize_chinese_chars}, true where nothing is said
   */
  public record WordPiece(Path file, boolean lowerCase, boolean stripAccents, boolean splitChinese)
      implements Vocabulary {}

  /**
   * A byte-level BPE vocabulary, RoBERTa's.
   *
   * @param file {@code vocab.json}
   * @param merges {@code merges.txt}
   * @param prefixSpace {@code add_prefix_space} of {@code tokenizer_config.json}, false where
   *     nothing is said
   */
  public record ByteLevelBpe(Path file, Path merges, boolean prefixSpace) implements Vocabulary {}

  /** Copies the maps. */
  public TokenizerFiles {
    specialTokens = Map.copyOf(specialTokens);
    addedTokens = Collections.unmodifiableMap(new LinkedHashMap<>(addedTokens));
    copies = Collections.unmodifiableMap(new LinkedHashMap<>(copies));
  }

  /** A vocabulary with nothing beside it. */
  public static TokenizerFiles of(Vocabulary vocabulary) {
    return new TokenizerFiles(vocabulary, false, Map.of(), Map.of(), Map.of());
  }

  /** The token that a file names for a role such as {@code pad_token}. */
  public Optional<String> specialToken(String role) {
    return Optional.ofNullable(specialTokens.get(role));
  }

  /** The roles of special tokens that matter here. */
  static List<String> roles() {
    return List.of("cls_token", "sep_token", "pad_token", "unk_token", "mask_token");
  }
}
