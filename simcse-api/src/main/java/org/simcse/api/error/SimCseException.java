package org.simcse.api.error;

import org.jspecify.annotations.Nullable;

/**
 * The superclass of all exceptions of this project.
 *
 * <p>The message is one sentence that a user can act on: it names the offending value, where it
 * occurred and what to do.
 *
 * @since 0.1.0
 */
public class SimCseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message of one sentence. */
  public SimCseException(String message) {
    super(message);
  }

  /** Creates an exception with a message of one sentence and a cause, if any. */
  public SimCseException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
