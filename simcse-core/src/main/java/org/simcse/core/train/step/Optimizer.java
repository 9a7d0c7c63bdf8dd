package org.simcse.core.train.step;

import java.util.Map;
import org.simcse.api.engine.UpdateRule;

/** An update rule that knows the numbers of every step. Immutable. */
public interface Optimizer extends UpdateRule {
  /**
   * What {@link #numbers} names.
   *
   * @param step from 1
   * @param learningRate at this step, at least 0
   */
  Map<String, Double> at(long step, double learningRate);
}
