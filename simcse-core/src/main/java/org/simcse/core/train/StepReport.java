package org.simcse.core.train;

import java.util.Map;

/**
 * The result of a training step.
 *
 * @param step the number of the step, from 1
 * @param steps the number of steps of the whole run
 * @param epoch the number of passes over the file so far, as a fraction
 * @param terms {@code loss} and every term by name, unweighted
 * @param learningRate the learning rate of this step
 * @param gradientNorm the norm of all gradients together, before clipping
 * @param rows the number of rows trained on
 * @param seconds the duration
 * @since 0.1.0
 */
public record StepReport(
    long step,
    long steps,
    double epoch,
    Map<String, Double> terms,
    double learningRate,
    double gradientNorm,
    int rows,
    double seconds) {
  /** Returns the value of the objective. */
  public double loss() {
    Double loss = terms.get("loss");
    return loss == null ? Double.NaN : loss;
  }
}
