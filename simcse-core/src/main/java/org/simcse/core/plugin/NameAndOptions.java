package org.simcse.core.plugin;

import java.util.LinkedHashMap;
import java.util.Map;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.ProviderContext;

/**
 * What a user writes to choose a provider, such as {@code attention:heads=4}.
 *
 * @param name the provider's
 * @param options behind the colon
 */
public record NameAndOptions(String name, Map<String, String> options) {
  /**
   * Takes a text apart.
   *
   * @throws InvalidInputException if an option is not of the form name=value, or given twice
   */
  public static NameAndOptions parse(String text) {
    Map<String, String> options = new LinkedHashMap<>();
    String[] parts = text.split(":", 2);
    for (String option : parts.length == 1 ? new String[0] : parts[1].split(",")) {
      String[] pair = option.split("=", 2);
      if (pair.length != 2) {
        throw new InvalidInputException(
            "The option '%s' of '%s' is not of the form name=value, as in attention:heads=4."
                .formatted(option, text));
      }
      if (options.put(pair[0], pair[1]) != null) {
        throw new InvalidInputException(
            "The option '%s' is given twice in '%s'.".formatted(pair[0], text));
      }
    }
    return new NameAndOptions(parts[0], options);
  }

  /** What the provider makes its thing from. */
  public ProviderContext context(Map<String, Object> modelConfig) {
    return new ProviderContext(modelConfig, options);
  }
}
