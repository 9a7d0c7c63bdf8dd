package org.simcse.api.error;

/**
 * Thrown when the shapes or element types of an operation's tensors are incompatible.
 *
 * @since 0.1.0
 */
public class ShapeException extends SimCseException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message of one sentence. */
  public ShapeException(String message) {
    super(message);
  }

  /** Creates an exception with a message of one sentence and a cause. */
  public ShapeException(String message, Throwable cause) {
    super(message, cause);
  }
}
