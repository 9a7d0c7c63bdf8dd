package org.simcse.api.error;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a model directory or one of its files is missing, corrupt, or does not fit the model.
 *
 * @since 0.1.0
 */
public class CheckpointException extends SimCseException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message of one sentence. */
  public CheckpointException(String message) {
    super(message);
  }

  /** Creates an exception with a message of one sentence and a cause, if any. */
  public CheckpointException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
