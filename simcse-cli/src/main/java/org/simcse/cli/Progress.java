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
    return new Progress(
        shown
            ? Optional.of(
                new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax(expected)
                    .setUnit(" texts", 1)
                    .showSpeed()
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(200)
                    .build())
            : Optional.empty());
  }

  void add(int done) {
    bar.ifPresent(shown -> shown.stepBy(done));
  }

  @Override
  public void close() {
    bar.ifPresent(ProgressBar::close);
  }
}
