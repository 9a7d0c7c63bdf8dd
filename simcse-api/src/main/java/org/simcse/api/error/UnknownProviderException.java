package org.simcse.api.error;

import java.util.List;

/** Nothing of the wanted name was found. */
public class UnknownProviderException extends SimCseException {
  private static final long serialVersionUID = 1L;

  /**
   * Names what was wanted and what there is.
   *
   * @param kind what was looked for, such as {@code backend} or {@code pooler}
   * @param wanted the name that nothing carries
   * @param found every name that was found, each with the jar it came from
   */
  public UnknownProviderException(String kind, String wanted, List<String> found) {
    super(
        "There is no %s named '%s'. Found: %s. A plugin's jar goes into the directory that the setting plugin-path names, or onto the class path, where it needs META-INF/services."
            .formatted(kind, wanted, found.isEmpty() ? "none" : String.join(", ", found)));
  }
}
