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
 * What a {@link TrainingPlan} found out: the parts of a run, resolved by the names in its settings.
 *
 * @param settings what the user asked for
 * @param output the output directory
 * @param start what happens to an earlier run in it
 * @param backend creates the engine
 * @param gather joins the ranks when it is called
 * @param model the model to train
 * @param file the rows to train on
 * @param preflight what a first pass over the file found
 * @param sampling how rows become batches
 * @param schedule the learning rate per step
 * @param resumed the checkpoint to resume from
 * @param evaluation what is measured during the run
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

  /** The SHA-256 of what the run reads, in hexadecimal, by what it is. */
  Map<String, String> hashes() {
    Map<String, String> hashes = new LinkedHashMap<>();
    hashes.put("train-file", preflight.sha256());
    evaluation.ifPresent(measured -> hashes.putAll(measured.hashes()));
    return hashes;
  }

  /** The number of steps of the whole run. */
  long steps() {
    return schedule.steps();
  }

  /** What the manifest records of the run. */
  Map<String, ?> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("settings", settings.values());
    facts.put("sha256", hashes());
    facts.put("rows", preflight.rows());
    facts.put("steps", steps());
    return facts;
  }

  /** The batches from a position on; the caller closes them. */
  BatchSource batches(SamplePosition from) {
    // More epochs than steps: the schedule decides where the run ends.
    return new BatchSource(file, preflight.rows(), sampling, Integer.MAX_VALUE, from);
  }
}
