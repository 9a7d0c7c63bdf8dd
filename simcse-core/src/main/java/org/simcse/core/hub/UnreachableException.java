package org.simcse.core.hub;

import org.jspecify.annotations.Nullable;
import org.simcse.api.error.SimCseException;

/** Thrown when a server does not answer, or only with errors of its own: the cache must do. */
final class UnreachableException extends SimCseException {
  private static final long serialVersionUID = 1L;

  UnreachableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
