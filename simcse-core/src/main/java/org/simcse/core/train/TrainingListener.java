package org.simcse.core.train;

import java.nio.file.Path;
import java.util.Map;

/**
 * Receives the events of a run, on the training thread; an exception ends the run.
 *
 * <p>A listener with state returns it from {@link #state}, and receives it in {@link #restore} when
 * a run is resumed: checkpoints include it.
 *
 * @since 0.1.0
 */
public interface TrainingListener {
  /** Returns the name under which checkpoints keep this listener's state. */
  default String name() {
    return getClass().getName();
  }

  /** Called when the run starts or is resumed. */
  default void started(RunInfo run) {}

  /** Called after each step. */
  default void stepped(StepReport step) {}

  /** Called after each evaluation. */
  default void evaluated(EvaluationReport evaluation) {}

  /** Called after a checkpoint was saved. */
  default void saved(Path checkpoint) {}

  /**
   * Called when a checkpoint could not be saved; the previous one is intact, and training
   * continues.
   */
  default void saveFailed(String why) {}

  /** Called when the run ends. */
  default void ended(TrainingResult result) {}

  /** Returns the state that checkpoints keep for this listener. */
  default Map<String, String> state() {
    return Map.of();
  }

  /** Restores what {@link #state} returned. */
  default void restore(Map<String, String> state) {}
}
