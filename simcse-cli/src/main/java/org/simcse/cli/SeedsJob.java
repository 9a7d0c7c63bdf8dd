package org.simcse.cli;

import com.google.inject.Inject;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.simcse.api.engine.DeviceKind;
import org.simcse.cli.io.Destination;
import org.simcse.cli.io.Report;
import org.simcse.core.SimCse;
import org.simcse.core.SimCseBuilder;
import org.simcse.core.evaluate.StsSuite;
import org.simcse.core.export.ModelCard;
import org.simcse.core.train.SeedResult;
import org.simcse.core.train.SeedRuns;
import org.simcse.core.train.TrainingPlan;

/**
 * Trains once with each of several seeds, and prints mean and spread.
 *
 * <p>If the setting {@code eval-data} has the files of the seven STS tasks, each {@code best/} is
 * evaluated on them after its run.
 */
final class SeedsJob {
  private final SeedRuns runs;
  private final TrainingRun training;
  private final List<ModuleLayer> plugins;
  private final OutputOptions say;

  @Inject
  SeedsJob(SeedRuns runs, TrainingRun training, List<ModuleLayer> plugins, OutputOptions say) {
    this.runs = runs;
    this.training = training;
    this.plugins = plugins;
    this.say = say;
  }

  /** Writes the description of the first run without training. */
  int describe(PrintWriter out) {
    List<Long> remaining = runs.remaining();
    if (!remaining.isEmpty()) {
      training.describe(runs.plan(remaining.get(0)), out);
    }
    runs.lines().forEach(line -> out.println(say.asOptions(line)));
    return ExitCode.DONE;
  }

  /**
   * Runs what has not ended; returns the process's exit code.
   *
   * @param preset the recipe that the settings come from
   */
  int run(Optional<String> preset, PrintWriter out) {
    List<Long> remaining = runs.remaining();
    for (long seed : remaining) {
      TrainingPlan plan = runs.plan(seed);
      if (seed == remaining.get(0)) {
        training.describe(plan);
        runs.lines().forEach(line -> note(say.asOptions(line)));
      }
      runs.begin(plan, preset);
      note(
          "Seed %d (%d of %d): %s"
              .formatted(seed, runs.seeds().indexOf(seed) + 1, runs.seeds().size(), plan.output()));
      TrainingRun.Outcome outcome = training.run(plan);
      if (outcome.signal() != 0) { // also after its last step: resuming it takes a moment
        out.printf(
            "Stopped with seed %d after %,d steps; to go on: simcse train --output %s --resume%n",
            seed, outcome.result().steps(), runs.output());
        return outcome.signal();
      }
      runs.finish(
          seed,
          outcome.result(),
          runs.sts().map(tasks -> measured(tasks, plan)).orElseGet(Map::of));
    }
    report(out);
    return ExitCode.DONE;
  }

  private void note(String message) {
    if (!say.quiet()) {
      System.err.println(message);
    }
  }

  /** Returns Spearman's correlation of the best model on each task. */
  private Map<String, Double> measured(StsSuite tasks, TrainingPlan plan) {
    Map<String, String> settings = plan.settings();
    SimCseBuilder model =
        SimCse.builder()
            .model(plan.output().resolve("best"))
            .plugins(plugins)
            .backend(settings.getOrDefault("backend", ""))
            .device(
                DeviceKind.valueOf(
                    settings.getOrDefault("device", "auto").toUpperCase(Locale.ROOT)));
    Optional.ofNullable(settings.get("threads")).map(Integer::valueOf).ifPresent(model::threads);
    Map<String, Double> measured = new LinkedHashMap<>();
    try (SimCse simcse = model.open();
        Progress progress = Progress.of("STS tasks", tasks.texts(), say.progressBar())) {
      tasks
          .run(
              texts -> {
                List<float[]> vectors = new ArrayList<>(texts.size());
                simcse.embed(
                    texts.iterator(), (text, vector) -> vectors.add(vector), progress::add);
                return vectors.toArray(float[][]::new);
              })
          .forEach(result -> measured.put(result.task(), result.all().spearman()));
    }
    return measured;
  }

  private void report(PrintWriter out) {
    Report report = new SeedsReport(runs).report();
    out.print(report.text(Report.Format.TABLE));
    out.println("Done: " + runs.output());
    report.write(
        Report.Format.MARKDOWN,
        Destination.open(Optional.of(runs.output().resolve(SeedRuns.REPORT))));
    String text = report.text(Report.Format.MARKDOWN);
    for (SeedResult result : runs.results()) {
      ModelCard.putSection(runs.output(result.seed()).resolve("best"), "Over several seeds", text);
    }
  }
}
