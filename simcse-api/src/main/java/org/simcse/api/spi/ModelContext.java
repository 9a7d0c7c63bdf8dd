package org.simcse.api.spi;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.Encoder;
import org.simcse.api.error.InvalidInputException;

/**
 * The model that a component is created for. Created by the framework and by tests, so that it can
 * be extended. Immutable.
 *
 * @since 0.1.0
 */
public final class ModelContext {
  private static final int FROM_CONFIG = 0;

  private final Map<String, Object> config;
  private final int hiddenSize;
  private final Providers<HeadProvider> heads;
  private final Function<List<String>, List<int[]>> tokenizer;

  private ModelContext(
      Map<String, Object> config,
      int hiddenSize,
      Providers<HeadProvider> heads,
      Function<List<String>, List<int[]>> tokenizer) {
    this.config = Collections.unmodifiableMap(new LinkedHashMap<>(config));
    this.hiddenSize = hiddenSize;
    this.heads = heads;
    this.tokenizer = tokenizer;
  }

  /**
   * Returns a model before its encoder is created.
   *
   * @param config the content of {@code config.json}: numbers, strings, booleans, lists and maps
   */
  public static ModelContext of(Map<String, Object> config) {
    return new ModelContext(
        config, FROM_CONFIG, Providers.of("head", List.of()), ModelContext::withoutTokenizer);
  }

  /**
   * Returns the same model with its encoder, which defines the hidden size however the config names
   * it.
   */
  public ModelContext with(Encoder encoder) {
    return new ModelContext(config, encoder.hiddenSize(), heads, tokenizer);
  }

  /** Returns the same model with heads for other heads to build on. */
  public ModelContext with(Providers<HeadProvider> others) {
    return new ModelContext(config, hiddenSize, others, tokenizer);
  }

  /** Returns the same model with a tokenizer, which does what {@link #tokens} says. */
  public ModelContext withTokenizer(Function<List<String>, List<int[]>> other) {
    return new ModelContext(config, hiddenSize, heads, other);
  }

  /** Returns the content of the model's {@code config.json}; unmodifiable. */
  public Map<String, Object> config() {
    return config;
  }

  /**
   * Returns H, the size of a hidden state: the encoder's, or before that is created {@code
   * hidden_size} of the config.
   *
   * @throws InvalidInputException if neither is there
   */
  public int hiddenSize() {
    if (hiddenSize != FROM_CONFIG) {
      return hiddenSize;
    }
    if (config.get("hidden_size") instanceof Number size) {
      return size.intValue();
    }
    throw new InvalidInputException("The model's config.json has no hidden_size.");
  }

  /**
   * Returns the token ids of texts of the component's own, such as a prompt, without the special
   * tokens that frame a text. {@code [MASK]} in a text is the model's mask token, whatever that is
   * called.
   *
   * @throws InvalidInputException if the model has no mask token, or this context no tokenizer, as
   *     an encoder's has none
   */
  public List<int[]> tokens(String... texts) {
    return tokenizer.apply(List.of(texts));
  }

  private static List<int[]> withoutTokenizer(List<String> texts) {
    throw new InvalidInputException(
        "There is no tokenizer here for the text '%s': give the ModelContext one by withTokenizer."
            .formatted(String.join("', '", texts)));
  }

  /**
   * Creates another head of the same model, for a head that builds on it.
   *
   * @param name the other head's
   * @param options the options that the other head may read; options that it reads count as read by
   *     the head that builds on it
   * @throws org.simcse.api.error.UnknownProviderException if there is no head of that name
   */
  public ContrastiveHead head(String name, Options options) {
    return heads.make(name, provider -> provider.create(this, options));
  }
}
