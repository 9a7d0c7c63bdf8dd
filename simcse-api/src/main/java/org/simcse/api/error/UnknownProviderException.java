package org.simcse.api.error;

import java.util.List;

/**
 * Thrown when no provider has the requested name.
 *
 * @since 0.1.0
 */
public class UnknownProviderException extends SimCseException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception whose message names the requested and the available providers.
   *
   * @param kind the kind of provider, such as {@code backend} or {@code pooler}
   * @param wanted the requested name
   * @param found every available name, each with the jar it came from
   */
  public UnknownProviderException(String kind, String wanted, List<String> found) {
    super(
        "There is no %s named '%s'. Found: %s. A plugin's jar goes into the directory that the setting plugin-path names, or onto the class path, where it needs META-INF/services."
            .formatted(kind, wanted, found.isEmpty() ? "none" : String.join(", ", found)));
  }
}
