package org.simcse.core.train;

import java.nio.file.Path;
import java.util.Map;

/**
 * Is told what happens in a run, on the training thread; what it throws ends the run.
 *
 * <p>One that has state of its own gives it by {@link #state}, and gets it back by {@link #restore}
 * when a run is resumed: checkpoints include it.
 */
public interface TrainingListener {
  /** Distinguishes its state from others'. */
  default String name() {
    return getClass().getName();
  }

  /** The run begins or is resumed. */
  default void started(RunInfo run) {}

  /** A step was done. */
  default void stepped(StepReport step) {}

  /** The model was evaluated. */
  default void evaluated(EvaluationReport evaluation) {}

  /** A checkpoint was saved. */
  default void saved(Path checkpoint) {}

  /** A checkpoint could not be saved; the one before is still there, and training goes on. */
  default void saveFailed(String why) {}

  /** The run ended. */
  default void ended(TrainingResult result) {}

  /** What a checkpoint keeps of this listener. */
  default Map<String, String> state() {
    return Map.of();
  }

  /** Takes back what {@link #state} gave. */
  default void restore(Map<String, String> state) {}
}
