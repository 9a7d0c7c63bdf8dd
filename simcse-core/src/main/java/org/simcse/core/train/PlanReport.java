package org.simcse.core.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.simcse.core.data.Batching;
import org.simcse.core.data.Preflight;
import org.simcse.core.data.ViewSource;
import org.simcse.core.io.DiskSpace;
import org.simcse.core.train.step.GradientReduction;

/** Describes a planned run for display. */
final class PlanReport {
  private PlanReport() {}

  /** Returns the description of a run, one fact per line. */
  static List<String> lines(PlannedRun run) {
    List<String> lines = new ArrayList<>(run.preflight().lines());
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("views", run.model().training().views() + " per row");
    facts.put("model", run.model().source());
    facts.put("steps", "%,d of %,d rows".formatted(run.steps(), (long) run.settings().batchSize()));
    facts.put("evaluation", evaluated(run));
    facts.put(
        "checkpoints",
        "%,d MB, two of them".formatted(run.model().checkpointBytes() / 1_000_000 + 1));
    facts.forEach((name, value) -> lines.add("%-20s%s".formatted(name, value)));
    return lines;
  }

  private static String evaluated(PlannedRun run) {
    long every = run.settings().evalSteps();
    return run.evaluation()
        .map(
            sets ->
                String.join(", ", sets.sources())
                    + (every > 0 ? ", every %,d steps".formatted(every) : ""))
        .orElse("none: give the setting eval-data or the setting eval-file");
  }

  /** Returns warnings to show before the run begins. */
  static List<String> warnings(PlannedRun run) {
    TrainingSettings config = run.settings();
    Preflight preflight = run.preflight();
    List<String> warnings = new ArrayList<>(preflight.warnings());
    if (preflight.tokens().truncated() == preflight.tokens().texts()) {
      warnings.add(
          "All of the texts are longer than %,d tokens and are cut: raise the setting max-length, and see whether the columns are the right ones."
              .formatted(preflight.tokens().maxLength()));
    }
    boolean together = config.batching() == Batching.PLAIN;
    if (together && preflight.duplicateAnchors() > 0) {
      warnings.add(
          "%,d anchors are there more than once; two of them in a batch count as negatives of each other. The setting batching=no-duplicates keeps them apart."
              .formatted(preflight.duplicateAnchors()));
    }
    long batches = run.sampling().stepsPerEpoch(preflight.rows());
    if (!together && preflight.mostRowsOfAText() > batches) {
      warnings.add(
          "One text is in %,d rows, and a batch takes one of them: of the %,d batches of an epoch at least %,d rows are left out."
              .formatted(
                  preflight.mostRowsOfAText(), batches, preflight.mostRowsOfAText() - batches));
    }
    if (preflight.blankTexts() > 0 && !config.dropBlank()) {
      warnings.add(
          "%,d texts are blank, and all blank texts have the same vector; leave them out with the setting drop-blank."
              .formatted(preflight.blankTexts()));
    }
    warnings.addAll(ignored(run));
    if (run.model().training().views() == 2
        && !config.dropLast()
        && preflight.rows() % config.batchSize() == 1
        && config.batchSize() > 1) {
      warnings.add(
          "The last batch of an epoch has 1 row, which has nothing to compare with: leave it out with the setting drop-last.");
    }
    if (together && preflight.duplicatePositives() > 0) {
      warnings.add(
          "%,d positives are there more than once; each counts as a negative of the others' anchors in its batch. The setting batching=no-duplicates keeps them apart."
              .formatted(preflight.duplicatePositives()));
    }
    if (config.gradientAccumulation() > 1) {
      warnings.add(
          "Gradient accumulation adds no negatives: a row is compared with the %,d rows of its own batch. For the negatives of a larger one, raise the setting batch-size and give the setting micro-batch."
              .formatted(config.batchSize()));
    }
    if (preflight.columns().size() == 1
        && config.views().orElse(ViewSource.TEXTS).equals(ViewSource.TEXTS)
        && run.model().spec().encoder().dropout() == 0) {
      warnings.add(
          "Dropout is 0, so the two views of a text are the same: there is nothing to learn from positives.");
    }
    DiskSpace.shortage(run.output(), 3 * run.model().checkpointBytes()).ifPresent(warnings::add);
    return warnings;
  }

  /** Returns the settings that have no effect in this run. */
  private static List<String> ignored(PlannedRun run) {
    TrainingSettings config = run.settings();
    List<String> ignored = new ArrayList<>();
    if (run.model().training().views() == 2 && config.hardNegativeLogit() != 0) {
      ignored.add("There are no hard negatives, so their weight changes nothing.");
    }
    if (config.gather().equals("local") && config.gradientReduction() != GradientReduction.SUM) {
      ignored.add(TrainingRanks.NO_REDUCTION);
    }
    Map<String, String> defaults = TrainingSettings.defaults().values();
    config
        .values()
        .forEach(
            (name, value) -> {
              if (name.startsWith("mlm-") && !config.mlm() && !value.equals(defaults.get(name))) {
                ignored.add(
                    "The setting %s changes nothing without the setting mlm.".formatted(name));
              }
            });
    return ignored;
  }
}
