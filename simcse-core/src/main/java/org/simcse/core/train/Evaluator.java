package org.simcse.core.train;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Measures a model in training. */
@FunctionalInterface
public interface Evaluator {
  /**
   * Measures.
   *
   * @param embed vectors of texts, in their order, not normalised
   * @return metrics by name; the first is what {@code best/} is chosen by unless told otherwise
   */
  Map<String, Double> evaluate(Function<List<String>, List<float[]>> embed);
}
