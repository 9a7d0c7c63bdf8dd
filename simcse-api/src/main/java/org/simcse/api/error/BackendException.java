package org.simcse.api.error;

/** An engine could not be started, or failed while it worked. */
public class BackendException extends SimCseException {
  private static final long serialVersionUID = 1L;

  /** Says what happened in one sentence. */
  public BackendException(String message) {
    super(message);
  }

  /** Says what happened in one sentence, and what caused it. */
  public BackendException(String message, Throwable cause) {
    super(message, cause);
  }
}
