package org.simcse.api.error;

/**
 * Thrown when an engine cannot be started, or fails while it runs.
 *
 * @since 0.1.0
 */
public class BackendException extends SimCseException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message of one sentence. */
  public BackendException(String message) {
    super(message);
  }

  /** Creates an exception with a message of one sentence and a cause. */
  public BackendException(String message, Throwable cause) {
    super(message, cause);
  }
}
