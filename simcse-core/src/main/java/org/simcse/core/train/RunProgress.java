package org.simcse.core.train;

import java.util.Map;
import java.util.Optional;
import org.simcse.core.data.SamplePosition;
import org.simcse.core.evaluate.Evaluation;
import org.simcse.core.train.run.TrainingState;

/** The state of a run that changes with each step. */
final class RunProgress {
  private final Optional<String> metric;
  long step;
  SamplePosition position = SamplePosition.START;
  Map<String, Double> before = Map.of();
  Map<String, Double> last = Map.of();
  Map<String, Double> best = Map.of();
  long bestStep;
  int evaluationsWithoutBest;
  long evaluatedAt = -1;
  long savedAt = -1;
  long failedAt = -1;

  /** Whether there is progress since the last checkpoint. */
  boolean unsaved = true;

  private Map<String, Double> bestBefore = Map.of();
  private long bestStepBefore;

  RunProgress(Optional<String> metric) {
    this.metric = metric;
  }

  void restore(TrainingState state) {
    step = state.step();
    position = new SamplePosition(state.epoch(), state.rows());
    before = state.before();
    last = state.last();
    best = state.best();
    bestStep = state.bestStep();
    evaluationsWithoutBest = state.evaluationsWithoutBest();
    evaluatedAt = state.evaluatedAt();
    savedAt = step;
    unsaved = false;
  }

  TrainingState state(
      Map<String, String> settings,
      Map<String, String> hashes,
      Map<String, String> environment,
      Map<String, Map<String, String>> listeners) {
    return new TrainingState(
        step,
        position.epoch(),
        position.rows(),
        settings,
        hashes,
        environment,
        before,
        last,
        best,
        bestStep,
        evaluationsWithoutBest,
        evaluatedAt,
        listeners);
  }

  EvaluationReport evaluated(Map<String, Double> metrics) {
    String chosen = metric.orElseGet(() -> metrics.keySet().iterator().next());
    // The model before training is the initial one: it is never saved as the best.
    boolean better = step > 0 && (best.isEmpty() || isBetter(chosen, metrics));
    if (step == 0) {
      before = metrics;
    } else if (better) {
      bestBefore = best;
      bestStepBefore = bestStep;
      best = metrics;
      bestStep = step;
      evaluationsWithoutBest = 0;
    } else {
      evaluationsWithoutBest++;
    }
    last = metrics;
    evaluatedAt = step;
    unsaved = true;
    return new EvaluationReport(step, metrics, better);
  }

  /** Records that the best model could not be saved: the saved one is the one before. */
  void forgetBest() {
    best = bestBefore;
    bestStep = bestStepBefore;
    unsaved = true;
  }

  private boolean isBetter(String chosen, Map<String, Double> metrics) {
    double now = metrics.getOrDefault(chosen, Double.NaN);
    double until = best.getOrDefault(chosen, Double.NaN);
    return Double.isNaN(until)
        ? !Double.isNaN(now)
        : Evaluation.LOWER_IS_BETTER.contains(chosen) ? now < until : now > until;
  }
}
