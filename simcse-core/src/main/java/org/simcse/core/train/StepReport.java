package org.simcse.core.train;

import java.util.Map;

/**
 * One step of training.
 *
 * @param step its number, from 1
 * @param steps of the whole run
 * @param epoch how often the file was gone through, as a fraction
 * @param terms {@code loss} and every term by name, unweighted
 * @param learningRate of this step
 * @param gradientNorm of all gradients together, before clipping
 * @param rows that were trained on
 * @param seconds that it took
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
  /** The objective. */
  public double loss() {
    Double loss = terms.get("loss");
    return loss == null ? Double.NaN : loss;
  }
}
