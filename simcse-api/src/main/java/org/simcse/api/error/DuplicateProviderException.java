package org.simcse.api.error;

/** Two providers carry the same name, so that the name does not say which is meant. */
public class DuplicateProviderException extends SimCseException {
  private static final long serialVersionUID = 1L;

  /**
   * Names both.
   *
   * @param kind what was looked for, such as {@code backend} or {@code pooler}
   * @param name the name that both carry
   * @param first the jar of one
   * @param second the jar of the other
   */
  public DuplicateProviderException(String kind, String name, String first, String second) {
    super(
        "Two %ss are named '%s': one in %s, one in %s. Remove one of them."
            .formatted(kind, name, first, second));
  }
}
