package org.simcse.api.error;

/** An operation was given tensors whose shapes or element types do not fit together. */
public class ShapeException extends SimCseException {
  private static final long serialVersionUID = 1L;

  /** Says what happened in one sentence. */
  public ShapeException(String message) {
    super(message);
  }

  /** Says what happened in one sentence, and what caused it. */
  public ShapeException(String message, Throwable cause) {
    super(message, cause);
  }
}
