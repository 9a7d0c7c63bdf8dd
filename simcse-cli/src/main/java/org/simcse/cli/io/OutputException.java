package org.simcse.cli.io;

import java.io.IOException;
import org.simcse.api.error.SimCseException;
import org.simcse.core.io.AtomicFile;

/** Thrown when the output of a command cannot be written. */
public final class OutputException extends SimCseException {
  private static final long serialVersionUID = 1L;

  private final boolean readerGone;

  /** Creates an exception whose message names the output and the reason. */
  OutputException(String name, IOException cause) {
    super("%s cannot be written: %s.".formatted(name, AtomicFile.reason(cause)), cause);
    String reason = String.valueOf(cause.getMessage());
    // The second is Windows's wording.
    this.readerGone = reason.contains("Broken pipe") || reason.contains("pipe is being closed");
  }

  /**
   * Returns whether the output is a pipe whose reader has ended, such as {@code head}, which is not
   * a failure.
   */
  public boolean readerGone() {
    return readerGone;
  }
}
