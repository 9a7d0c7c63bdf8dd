package org.simcse.core.builtin;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.simcse.api.error.CheckpointException;

/**
 * The part of a BERT-like {@code config.json} that determines the encoder's computation.
 *
 * @param vocabularySize the number of token ids
 * @param hiddenSize H, the size of a hidden state
 * @param layers the number of transformer layers
 * @param heads the number of attention heads, which divides H
 * @param intermediateSize the width of the feed-forward layer
 * @param positions the number of rows of the position table
 * @param types the number of rows of the token type table
 * @param layerNormEps the epsilon added to the variance
 * @param hiddenDropout the dropout rate of hidden states
 * @param attentionDropout the dropout rate of attention probabilities
 * @param paddingId the id of the padding token
 */
public record BertConfig(
    int vocabularySize,
    int hiddenSize,
    int layers,
    int heads,
    int intermediateSize,
    int positions,
    int types,
    double layerNormEps,
    double hiddenDropout,
    double attentionDropout,
    int paddingId) {
  /** Validates that the sizes are consistent. */
  public BertConfig {
    if (hiddenSize % heads != 0) {
      throw new CheckpointException(
          "The config's hidden_size %d is not a multiple of its num_attention_heads %d."
              .formatted(hiddenSize, heads));
    }
  }

  /**
   * Reads Hugging Face's names, with the defaults of the Hugging Face configuration classes.
   *
   * @throws CheckpointException if the config requires an unsupported feature, by name
   */
  static BertConfig of(Map<String, Object> config, int defaultPaddingId) {
    // Both are the exact Gaussian error linear unit; the second names its implementation there.
    if (!Set.of("gelu", "gelu_python").contains(config.getOrDefault("hidden_act", "gelu"))) {
      refuseUnless(config, "hidden_act", "gelu");
    }
    refuseUnless(config, "position_embedding_type", "absolute");
    refuseUnless(config, "is_decoder", false);
    refuseUnless(config, "add_cross_attention", false);
    refuseUnless(config, "pruned_heads", Map.of());
    return new BertConfig(
        integer(config, "vocab_size"),
        integer(config, "hidden_size"),
        integer(config, "num_hidden_layers"),
        integer(config, "num_attention_heads"),
        integer(config, "intermediate_size"),
        integer(config, "max_position_embeddings"),
        number(config, "type_vocab_size", 2).intValue(),
        number(config, "layer_norm_eps", 1e-12).doubleValue(),
        number(config, "hidden_dropout_prob", 0.1).doubleValue(),
        number(config, "attention_probs_dropout_prob", 0.1).doubleValue(),
        number(config, "pad_token_id", defaultPaddingId).intValue());
  }

  /** Returns the config with another dropout rate of hidden states and attention. */
  static Map<String, Object> withDropout(Map<String, Object> config, double rate) {
    Map<String, Object> changed = new LinkedHashMap<>(config);
    changed.put("hidden_dropout_prob", rate);
    changed.put("attention_probs_dropout_prob", rate);
    return changed;
  }

  private static void refuseUnless(Map<String, Object> config, String key, Object supported) {
    Object value = config.getOrDefault(key, supported);
    if (!Objects.equals(value, supported)) {
      throw new CheckpointException(
          "The config asks for %s = %s; only %s is implemented.".formatted(key, value, supported));
    }
  }

  private static int integer(Map<String, Object> config, String key) {
    int value = number(config, key, -1).intValue();
    if (value < 1) {
      throw new CheckpointException(
          "The config's %s must be a positive whole number, but it is %s."
              .formatted(key, config.getOrDefault(key, "missing")));
    }
    return value;
  }

  private static Number number(Map<String, Object> config, String key, Number otherwise) {
    Object value = config.getOrDefault(key, otherwise);
    if (value instanceof Number number) {
      return number;
    }
    throw new CheckpointException(
        "The config's %s must be a number, but it is %s.".formatted(key, value));
  }
}
