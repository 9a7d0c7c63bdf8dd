package org.simcse.cli;

import java.lang.management.ManagementFactory;
import org.simcse.core.SimCse;

/** Logs the time of each phase, for {@code --verbose}. */
final class Stopwatch {
  private final boolean speaks;
  private long last = System.nanoTime();

  Stopwatch(boolean speaks) {
    this.speaks = speaks;
    if (speaks) {
      say(
          "start Java and read the options",
          System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime());
    }
  }

  /** Ends one phase and begins the next. */
  void lap(String work) {
    long now = System.nanoTime();
    if (speaks) {
      say(work, (now - last) / 1_000_000);
    }
    last = now;
  }

  /** Ends the phase in which a model was started. */
  void started(SimCse simcse) {
    lap("start " + simcse.backend() + " on " + simcse.device() + " and load the model");
  }

  private static void say(String work, long milliseconds) {
    System.err.printf("simcse: %6.2f s  %s%n", milliseconds / 1000.0, work);
  }
}
