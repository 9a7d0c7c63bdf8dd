package org.simcse.api.error;

import org.jspecify.annotations.Nullable;

/** The user's own input cannot be used; the message says where (file and line, or argument). */
public class InvalidInputException extends SimCseException {
  private static final long serialVersionUID = 1L;

  /** Says what happened in one sentence. */
  public InvalidInputException(String message) {
    super(message);
  }

  /** Says what happened in one sentence, and what caused it, if anything else did. */
  public InvalidInputException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
