package org.simcse.api.error;

import org.jspecify.annotations.Nullable;

/**
 * Anything that this project reports as failed.
 *
 * <p>The message is one sentence that a user can act on: it names the offending value, the place
 * and what to do.
 */
public class SimCseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says what happened in one sentence. */
  public SimCseException(String message) {
    super(message);
  }

  /** Says what happened in one sentence, and what caused it, if anything else did. */
  public SimCseException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
