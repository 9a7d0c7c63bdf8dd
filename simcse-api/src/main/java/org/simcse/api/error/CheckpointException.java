package org.simcse.api.error;

import org.jspecify.annotations.Nullable;

/** A model directory or one of its files is missing, damaged, or does not fit the model. */
public class CheckpointException extends SimCseException {
  private static final long serialVersionUID = 1L;

  /** Says what happened in one sentence. */
  public CheckpointException(String message) {
    super(message);
  }

  /** Says what happened in one sentence, and what caused it, if anything else did. */
  public CheckpointException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
