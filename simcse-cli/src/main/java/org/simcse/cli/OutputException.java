package org.simcse.cli;

import java.io.IOException;
import org.simcse.api.error.SimCseException;
import org.simcse.core.io.AtomicFile;

/** The output of a command cannot be written. */
final class OutputException extends SimCseException {
  private static final long serialVersionUID = 1L;

  private final boolean readerGone;

  /** Names the output and says why. */
  OutputException(String name, IOException cause) {
    super("%s cannot be written: %s.".formatted(name, AtomicFile.reason(cause)), cause);
    String reason = String.valueOf(cause.getMessage());
    // The second is how Windows says it.
    this.readerGone = reason.contains("Broken pipe") || reason.contains("pipe is being closed");
  }

  /** Whether it is a pipe whose reader has ended, for example {@code head}, which is no failure. */
  boolean readerGone() {
    return readerGone;
  }
}
