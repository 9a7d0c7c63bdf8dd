package org.simcse.api.spi;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.Encoder;
import org.simcse.api.error.InvalidInputException;

/**
 * The model that something is made for. Made by the framework, and by tests, so that it can grow.
 * Immutable.
 */
public final class ModelContext {
  private static final int FROM_CONFIG = 0;

  private final Map<String, Object> config;
  private final int hiddenSize;
  private final Providers<HeadProvider> heads;

  private ModelContext(Map<String, Object> config, int hiddenSize, Providers<HeadProvider> heads) {
    this.config = Collections.unmodifiableMap(new LinkedHashMap<>(config));
    this.hiddenSize = hiddenSize;
    this.heads = heads;
  }

  /**
   * A model before its encoder is made.
   *
   * @param config its {@code config.json}: numbers, strings, booleans, lists and maps
   */
  public static ModelContext of(Map<String, Object> config) {
    return new ModelContext(config, FROM_CONFIG, Providers.of("head", List.of()));
  }

  /** The same model with its encoder, which knows the hidden size whatever the config calls it. */
  public ModelContext with(Encoder encoder) {
    return new ModelContext(config, encoder.hiddenSize(), heads);
  }

  /** The same model with heads for other heads to build on. */
  public ModelContext with(Providers<HeadProvider> others) {
    return new ModelContext(config, hiddenSize, others);
  }

  /** The model's {@code config.json}; unmodifiable. */
  public Map<String, Object> config() {
    return config;
  }

  /**
   * H, the size of a hidden state: the encoder's, or before that is made {@code hidden_size} of the
   * config.
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
   * Another head of the same model, for a head that builds on it.
   *
   * @param name the other head's
   * @param options what the other head may ask for; what it asks for counts as asked for by the
   *     head that builds on it
   * @throws org.simcse.api.error.UnknownProviderException if there is no head of that name
   */
  public ContrastiveHead head(String name, Options options) {
    return heads.make(name, provider -> provider.create(this, options));
  }
}
