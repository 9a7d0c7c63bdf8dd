package org.simcse.cli;

import java.util.concurrent.atomic.AtomicInteger;
import org.jline.utils.Signals;
import org.simcse.core.train.Trainer;

/**
 * Handles SIGINT and SIGTERM during training: the first lets the current step finish and the
 * checkpoint be saved, the second ends the process at once.
 */
final class Interrupts implements AutoCloseable {
  private static final int SIGINT = 130;
  private static final int SIGTERM = 143;

  private final AtomicInteger exitCode = new AtomicInteger();
  private final Object onInterrupt;
  private final Object onTerminate;

  private Interrupts(Trainer trainer) {
    onInterrupt = Signals.register("INT", () -> received(SIGINT, trainer));
    onTerminate = Signals.register("TERM", () -> received(SIGTERM, trainer));
  }

  static Interrupts stopping(Trainer trainer) {
    return new Interrupts(trainer);
  }

  private void received(int code, Trainer trainer) {
    if (!exitCode.compareAndSet(0, code)) {
      Runtime.getRuntime().halt(code);
    }
    System.err.println("simcse: finishing the step and saving; once more ends at once.");
    trainer.stop();
  }

  /** Returns 130 or 143, by shell convention; 0 if there was no signal. */
  int exitCode() {
    return exitCode.get();
  }

  @Override
  public void close() {
    Signals.unregister("INT", onInterrupt);
    Signals.unregister("TERM", onTerminate);
  }
}
