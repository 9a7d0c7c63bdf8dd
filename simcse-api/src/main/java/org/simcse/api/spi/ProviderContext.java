package org.simcse.api.spi;

import java.util.Map;
import org.simcse.api.error.InvalidInputException;

/**
 * What a provider is given to make its thing from.
 *
 * @param modelConfig the model's {@code config.json}: numbers, strings, booleans, lists and maps
 * @param options what the user wrote behind the name, as in {@code attention:heads=4}
 */
public record ProviderContext(Map<String, Object> modelConfig, Map<String, String> options) {
  /** Copies both. */
  public ProviderContext {
    modelConfig = Map.copyOf(modelConfig);
    options = Map.copyOf(options);
  }

  /** H, the size of a hidden state. */
  public int hiddenSize() {
    if (modelConfig.get("hidden_size") instanceof Number size) {
      return size.intValue();
    }
    throw new InvalidInputException("The model's config.json has no hidden_size.");
  }

  /** An option, or what it is when not given. */
  public int option(String name, int otherwise) {
    String value = options.get(name);
    try {
      return value == null ? otherwise : Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          "The option %s=%s is not a whole number.".formatted(name, value), e);
    }
  }
}
