package org.simcse.core.train;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.simcse.api.DistributedGather;
import org.simcse.api.spi.BackendProvider;
import org.simcse.core.data.BatchSource;
import org.simcse.core.data.Preflight;
import org.simcse.core.data.SamplePosition;
import org.simcse.core.data.Sampling;
import org.simcse.core.data.TrainingFile;
import org.simcse.core.evaluate.Evaluation;
import org.simcse.core.train.run.TrainingState;
import org.simcse.core.train.step.Schedule;

/**
 * The parts of a run that a {@link TrainingPlan} resolved from the names in its settings.
 *
 * @param settings the user's settings
 * @param output the output directory
 * @param start how an earlier run in it is treated
 * @param backend the provider that creates the engine
 * @param gather a supplier that joins the ranks when called
 * @param model the model to train
 * @param file the rows to train on
 * @param preflight the result of the pre-flight of the file
 * @param sampling how rows become batches
 * @param schedule the learning rate per step
 * @param resumed the checkpoint to resume from
 * @param evaluation the evaluation during the run
 */
record PlannedRun(
    TrainingSettings settings,
    Path output,
    OutputMode start,
    BackendProvider backend,
    Supplier<DistributedGather> gather,
    RunModel model,
    TrainingFile file,
    Preflight preflight,
    Sampling sampling,
    Schedule schedule,
    Optional<TrainingState> resumed,
    Optional<Evaluation> evaluation) {

  /** Returns the SHA-256 of each input of the run, in hexadecimal, by the kind of input. */
  Map<String, String> hashes() {
    Map<String, String> hashes = new LinkedHashMap<>();
    hashes.put("train-file", preflight.sha256());
    evaluation.ifPresent(measured -> hashes.putAll(measured.hashes()));
    return hashes;
  }

  /** Returns the number of steps of the whole run. */
  long steps() {
    return schedule.steps();
  }

  /** Returns the facts that the manifest records. */
  Map<String, ?> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("settings", settings.values());
    facts.put("sha256", hashes());
    facts.put("rows", preflight.rows());
    facts.put("steps", steps());
    return facts;
  }

  /** Returns the batches from a position on; the caller closes the source. */
  BatchSource batches(SamplePosition from) {
    // More epochs than steps: the schedule determines where the run ends.
    return new BatchSource(file, preflight.rows(), sampling, Integer.MAX_VALUE, from);
  }
}
