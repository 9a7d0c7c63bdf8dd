package org.simcse.cli;

import jakarta.inject.Inject;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.simcse.core.train.TrainingPlan;
import org.simcse.core.train.TrainingResult;

/** Trains a model, shows progress, and prints a summary. */
final class TrainingJob {
  private final TrainingPlan plan;
  private final TrainingRun run;

  @Inject
  TrainingJob(TrainingPlan plan, TrainingRun run) {
    this.plan = plan;
    this.run = run;
  }

  /** Writes the description of the run without training. */
  int describe(PrintWriter out) {
    run.describe(plan, out);
    return ExitCode.DONE;
  }

  /** Runs; returns the process's exit code. */
  int run(PrintWriter out) {
    run.describe(plan);
    TrainingRun.Outcome outcome = run.run(plan);
    summarise(outcome.result(), out);
    return outcome.result().interrupted() ? outcome.signal() : ExitCode.DONE;
  }

  private static void summarise(TrainingResult result, PrintWriter out) {
    Set<String> names = new LinkedHashSet<>(result.before().keySet());
    names.addAll(result.after().keySet());
    if (!names.isEmpty()) {
      out.printf(
          Locale.ROOT,
          "%-22s %10s %10s %10s%n",
          "",
          "before",
          "after",
          "best@" + result.bestStep());
      for (String name : names) {
        out.printf(
            Locale.ROOT,
            "%-22s %10s %10s %10s%n",
            name,
            shown(result.before(), name),
            shown(result.after(), name),
            shown(result.best(), name));
      }
    }
    out.printf(
        Locale.ROOT,
        "%s after %,d steps in %.0f s: %s%n",
        result.interrupted() ? "Stopped" : "Done",
        result.steps(),
        result.seconds(),
        result.output());
  }

  private static String shown(Map<String, Double> metrics, String name) {
    Double value = metrics.get(name);
    return value == null ? "-" : String.format(Locale.ROOT, "%.4f", value);
  }
}
