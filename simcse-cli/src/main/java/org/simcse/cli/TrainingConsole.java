package org.simcse.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.simcse.core.evaluate.Collapse;
import org.simcse.core.train.EvaluationReport;
import org.simcse.core.train.RunInfo;
import org.simcse.core.train.StepReport;
import org.simcse.core.train.TrainingListener;

/** Shows a run on standard error: a progress bar on a terminal, lines elsewhere. */
final class TrainingConsole implements TrainingListener {
  private final OutputOptions say;
  private Optional<ProgressBar> bar = Optional.empty();
  private double smoothed = Double.NaN;
  private long logEvery = 1;
  private Optional<Collapse> collapsed = Optional.empty();

  TrainingConsole(OutputOptions say) {
    this.say = say;
  }

  @Override
  public void started(RunInfo run) {
    // Without a bar, short and long runs log about equally many lines.
    logEvery = Math.max(run.logSteps(), run.steps() / 50);
    if (say.progressBar()) {
      bar =
          Optional.of(
              new ProgressBarBuilder()
                  .setTaskName("Training")
                  .setInitialMax(run.steps())
                  .startsFrom(run.stepsDone(), java.time.Duration.ZERO)
                  .setUnit(" steps", 1)
                  .showSpeed()
                  .setStyle(ProgressBarStyle.ASCII)
                  .setUpdateIntervalMillis(200)
                  .build());
    }
  }

  @Override
  public void stepped(StepReport step) {
    smoothed = Double.isNaN(smoothed) ? step.loss() : 0.9 * smoothed + 0.1 * step.loss();
    bar.ifPresent(
        shown -> {
          shown.setExtraMessage(String.format(Locale.ROOT, " loss %.4f", smoothed));
          shown.stepTo(step.step());
        });
    if (bar.isEmpty() && !say.quiet() && step.step() % logEvery == 0) {
      System.err.printf(
          Locale.ROOT,
          "step %,d of %,d  loss %.4f  learning rate %.2e  %.0f rows/s%n",
          step.step(),
          step.steps(),
          smoothed,
          step.learningRate(),
          step.rows() / step.seconds());
    }
  }

  @Override
  public void evaluated(EvaluationReport evaluation) {
    if (!say.quiet()) {
      System.err.printf(
          "%sstep %d  %s%s%n",
          bar.isPresent() ? "\n" : "",
          evaluation.step(),
          shown(evaluation.metrics()),
          evaluation.best() ? "  (best so far)" : "");
    }
    Optional<Collapse> found = Collapse.in(evaluation.metrics());
    if (!found.equals(collapsed)) { // said once for as long as it lasts
      found.ifPresent(rule -> say.warn(rule.message(evaluation.metrics())));
    }
    collapsed = found;
  }

  private static String shown(Map<String, Double> metrics) {
    return metrics.entrySet().stream()
        .map(entry -> String.format(Locale.ROOT, "%s %.4f", entry.getKey(), entry.getValue()))
        .collect(Collectors.joining("  "));
  }

  @Override
  public void saved(Path checkpoint) {
    if (say.verbose()) {
      System.err.println("saved " + checkpoint);
    }
  }

  @Override
  public void saveFailed(String why) {
    System.err.println("simcse: " + why + " Training continues; the checkpoint before is kept.");
  }

  /** Ends the bar, however the run ended. */
  void finish() {
    bar.ifPresent(ProgressBar::close);
    bar = Optional.empty();
  }
}
