package org.simcse.api.error;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when user input is invalid; the message says where (file and line, or argument).
 *
 * @since 0.1.0
 */
public class InvalidInputException extends SimCseException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message of one sentence. */
  public InvalidInputException(String message) {
    super(message);
  }

  /** Creates an exception with a message of one sentence and a cause, if any. */
  public InvalidInputException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
