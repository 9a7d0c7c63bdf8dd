package org.simcse.plugins.distilbert;

import java.util.LinkedHashMap;
import java.util.Map;
import org.simcse.api.error.CheckpointException;

/**
 * The entries of DistilBERT's {@code config.json} that define the encoder.
 *
 * @param vocabularySize V, the number of token ids
 * @param dim H
 * @param layers the number of transformer layers
 * @param heads the number of attention heads, which divides H
 * @param hiddenDim the width of the feed-forward layer
 * @param positions the number of rows of the position table
 * @param dropout the dropout rate of hidden states
 * @param attentionDropout the dropout rate of attention probabilities
 * @param paddingId the id that pads a batch
 */
record DistilBertConfig(
    int vocabularySize,
    int dim,
    int layers,
    int heads,
    int hiddenDim,
    int positions,
    double dropout,
    double attentionDropout,
    int paddingId) {
  private static final String DROPOUT = "dropout";
  private static final String ATTENTION_DROPOUT = "attention_dropout";

  /** Checks that the sizes fit together. */
  DistilBertConfig {
    if (dim % heads != 0) {
      throw new CheckpointException(
          "The config's dim %d is not a multiple of its n_heads %d.".formatted(dim, heads));
    }
  }

  /** Reads Hugging Face's names, with the defaults of its configuration class. */
  static DistilBertConfig of(Map<String, Object> config) {
    Object activation = config.getOrDefault("activation", "gelu");
    if (!activation.equals("gelu")) {
      throw new CheckpointException(
          "The config asks for activation = %s; only gelu is implemented.".formatted(activation));
    }
    return new DistilBertConfig(
        positive(config, "vocab_size", 30522),
        positive(config, "dim", 768),
        positive(config, "n_layers", 6),
        positive(config, "n_heads", 12),
        positive(config, "hidden_dim", 3072),
        positive(config, "max_position_embeddings", 512),
        number(config, DROPOUT, 0.1).doubleValue(),
        number(config, ATTENTION_DROPOUT, 0.1).doubleValue(),
        number(config, "pad_token_id", 0).intValue());
  }

  static Map<String, Object> withDropout(Map<String, Object> config, double rate) {
    Map<String, Object> changed = new LinkedHashMap<>(config);
    changed.put(DROPOUT, rate);
    changed.put(ATTENTION_DROPOUT, rate);
    return changed;
  }

  private static int positive(Map<String, Object> config, String key, int otherwise) {
    int value = number(config, key, otherwise).intValue();
    if (value < 1) {
      throw new CheckpointException(
          "The config's %s must be a positive whole number, but it is %d.".formatted(key, value));
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
