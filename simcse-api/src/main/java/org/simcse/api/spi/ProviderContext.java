package org.simcse.api.spi;

import java.util.List;
import java.util.Map;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.error.InvalidInputException;

/**
 * What a provider is given to make its thing from.
 *
 * @param modelConfig the model's {@code config.json}: numbers, strings, booleans, lists and maps
 * @param options what the user wrote behind the name, as in {@code attention:heads=4}
 * @param heads the heads that a head may build on
 */
public record ProviderContext(
    Map<String, Object> modelConfig, Map<String, String> options, Providers<HeadProvider> heads) {
  /** Copies both maps. */
  public ProviderContext {
    modelConfig = Map.copyOf(modelConfig);
    options = Map.copyOf(options);
  }

  /** For what builds on no head. */
  public ProviderContext(Map<String, Object> modelConfig, Map<String, String> options) {
    this(modelConfig, options, Providers.of("head", List.of()));
  }

  /** H, the size of a hidden state. */
  public int hiddenSize() {
    if (modelConfig.get("hidden_size") instanceof Number size) {
      return size.intValue();
    }
    throw new InvalidInputException("The model's config.json has no hidden_size.");
  }

  /**
   * Another head of the same model, for a head that decorates it.
   *
   * @param name as a user would choose it
   * @param headOptions the other head's own
   * @throws org.simcse.api.error.UnknownProviderException if there is none of that name
   */
  public ContrastiveHead head(String name, Map<String, String> headOptions) {
    return heads.get(name).create(new ProviderContext(modelConfig, headOptions, heads));
  }

  /**
   * Checks that the user wrote no other options than these.
   *
   * @throws InvalidInputException naming the option that is unknown, and those that are known
   */
  public void allowOptions(String... known) {
    for (String option : options.keySet()) {
      if (!List.of(known).contains(option)) {
        throw new InvalidInputException(
            "There is no option '%s'; known are: %s."
                .formatted(option, known.length == 0 ? "none" : String.join(", ", known)));
      }
    }
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

  /** An option that is a finite number, or what it is when not given. */
  public double option(String name, double otherwise) {
    String value = options.get(name);
    if (value == null) {
      return otherwise;
    }
    try {
      double number = Double.parseDouble(value);
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          "The option %s=%s is not a number.".formatted(name, value), e);
    }
    throw new InvalidInputException("The option %s=%s is not finite.".formatted(name, value));
  }
}
