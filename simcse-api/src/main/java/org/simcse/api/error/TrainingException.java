package org.simcse.api.error;

/**
 * Thrown when training diverges: the loss or the gradient norm is NaN or infinite.
 *
 * @since 0.1.0
 */
public class TrainingException extends SimCseException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message of one sentence. */
  public TrainingException(String message) {
    super(message);
  }
}
