package org.simcse.api.error;

/** Training diverged: the loss or the gradient norm is NaN or infinite. */
public class TrainingException extends SimCseException {
  private static final long serialVersionUID = 1L;

  /** Says what happened in one sentence. */
  public TrainingException(String message) {
    super(message);
  }
}
