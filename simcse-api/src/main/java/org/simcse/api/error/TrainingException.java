package org.simcse.api.error;

/** Training cannot go on: the numbers have gone astray. */
public class TrainingException extends SimCseException {
  private static final long serialVersionUID = 1L;

  /** Says what happened in one sentence. */
  public TrainingException(String message) {
    super(message);
  }
}
