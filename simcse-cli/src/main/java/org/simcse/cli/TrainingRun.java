package org.simcse.cli;

import com.google.inject.Inject;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import org.simcse.api.error.SimCseException;
import org.simcse.cli.chart.TrainingCurves;
import org.simcse.cli.chart.TrainingPlots;
import org.simcse.core.train.Trainer;
import org.simcse.core.train.TrainingPlan;
import org.simcse.core.train.TrainingResult;

/** Trains a model, shows progress and draws the charts. */
final class TrainingRun {
  private final OutputOptions say;

  /**
   * How a run ended.
   *
   * @param signal the exit code of a process that was told to stop, 130 or 143; 0 if it was not. A
   *     signal may have come too late to interrupt the run
   */
  record Outcome(TrainingResult result, int signal) {}

  @Inject
  TrainingRun(OutputOptions say) {
    this.say = say;
  }

  /** Writes what a plan's pre-flight found. */
  void describe(TrainingPlan plan, PrintWriter out) {
    plan.lines().forEach(line -> out.println(say.asOptions(line)));
    plan.warnings().forEach(warning -> out.println("Note: " + say.asOptions(warning)));
  }

  /** Shows what a plan's pre-flight found, on standard error. */
  void describe(TrainingPlan plan) {
    if (!say.quiet()) {
      plan.lines().forEach(line -> System.err.println(say.asOptions(line)));
    }
    plan.warnings().forEach(say::warn);
  }

  /** Trains as planned. */
  Outcome run(TrainingPlan plan) {
    TrainingConsole console = new TrainingConsole(say);
    try (Trainer trainer = plan.open();
        Interrupts interrupts = Interrupts.stopping(trainer)) {
      TrainingResult result = trainer.listen(console).train();
      console.finish();
      if (!say.silent()) {
        draw(result);
      }
      return new Outcome(result, interrupts.exitCode());
    } finally {
      console.finish();
    }
  }

  /** Draws the charts if it can: a machine without fonts cannot. */
  private static void draw(TrainingResult result) {
    try {
      TrainingPlots.write(
          TrainingCurves.read(result.output().resolve("metrics.jsonl")), result.output());
    } catch (SimCseException | UncheckedIOException | LinkageError | InternalError e) {
      System.err.println("simcse: The charts could not be drawn: " + e.getMessage());
    }
  }
}
