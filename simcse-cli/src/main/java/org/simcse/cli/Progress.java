package org.simcse.cli;

import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on standard error, or nothing. */
final class Progress implements AutoCloseable {
  private final Optional<ProgressBar> bar;

  private Progress(Optional<ProgressBar> bar) {
    this.bar = bar;
  }

  /**
   * Returns a bar if {@code shown}.
   *
   * @param expected the length, or -1 for a bar without an estimate of the remaining time
   */
  static Progress of(String task, long expected, boolean shown) {
    return of(task, expected, " texts", 1, shown);
  }

  /** Returns a bar of bytes if {@code shown}. */
  static Progress ofBytes(String task, long expected, boolean shown) {
    return of(task, expected, " MB", 1_000_000, shown);
  }

  private static Progress of(
      String task, long expected, String unit, long unitSize, boolean shown) {
    return new Progress(
        shown
            ? Optional.of(
                new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax(expected)
                    .setUnit(unit, unitSize)
                    .showSpeed()
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(200)
                    .build())
            : Optional.empty());
  }

  void add(long done) {
    bar.ifPresent(shown -> shown.stepBy(done));
  }

  /** Shows a message beside the bar. */
  void note(String message) {
    bar.ifPresent(shown -> shown.setExtraMessage(message));
  }

  @Override
  public void close() {
    bar.ifPresent(ProgressBar::close);
  }
}
