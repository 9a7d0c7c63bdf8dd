package org.simcse.core.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Optional;
import org.simcse.api.error.CheckpointException;

/**
 * What vocabulary files do not say about their tokenizer; a {@code tokenizer.json} says it all and
 * needs no options.
 *
 * @param lowerCase WordPiece: whether the vocabulary is uncased
 * @param stripAccents WordPiece: whether accents are removed; empty means if {@code lowerCase}
 * @param splitChinese WordPiece: whether every Chinese character is a word
 * @param prefixSpace byte-level BPE: whether the first word is treated as if a space preceded it
 */
public record TokenizerOptions(
    boolean lowerCase, Optional<Boolean> stripAccents, boolean splitChinese, boolean prefixSpace) {
  /** What Hugging Face's tokenizer classes assume. */
  public static final TokenizerOptions DEFAULTS =
      new TokenizerOptions(true, Optional.empty(), true, false);

  /**
   * Reads a {@code tokenizer_config.json}; what it leaves out is as in {@link #DEFAULTS}.
   *
   * @throws CheckpointException if the file cannot be read, or an option is not true or false
   */
  public static TokenizerOptions read(Path tokenizerConfig) {
    JsonNode config = Json.read(tokenizerConfig);
    String file = tokenizerConfig.toString();
    return new TokenizerOptions(
        flag(config, "do_lower_case", file).orElse(DEFAULTS.lowerCase),
        flag(config, "strip_accents", file),
        flag(config, "tokenize_chinese_chars", file).orElse(DEFAULTS.splitChinese),
        flag(config, "add_prefix_space", file).orElse(DEFAULTS.prefixSpace));
  }

  private static Optional<Boolean> flag(JsonNode config, String key, String file) {
    JsonNode value = config.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isBoolean()) {
      throw new CheckpointException(
          "%s: '%s' is %s; it must be true or false.".formatted(file, key, value));
    }
    return Optional.of(value.booleanValue());
  }
}
