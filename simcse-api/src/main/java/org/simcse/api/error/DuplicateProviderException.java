package org.simcse.api.error;

/**
 * Thrown when two providers have the same name, so that the name is ambiguous.
 *
 * @since 0.1.0
 */
public class DuplicateProviderException extends SimCseException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception whose message names both.
   *
   * @param kind the kind of provider, such as {@code backend} or {@code pooler}
   * @param name the name of both
   * @param first the jar of one
   * @param second the jar of the other
   */
  public DuplicateProviderException(String kind, String name, String first, String second) {
    super(
        "Two %ss are named '%s': one in %s, one in %s. Remove one of them."
            .formatted(kind, name, first, second));
  }
}
