package org.simcse.core.evaluate;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The result of an evaluation on scored pairs.
 *
 * @param pairs the cosines and scores
 * @param metrics the metrics of {@link Evaluation}, by name
 * @since 0.1.0
 */
public record PairsResult(ScoredCosines pairs, Map<String, Double> metrics) {
  /** Copies the metrics. */
  public PairsResult {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  /** Returns a metric of {@link Evaluation}; NaN if it is undefined. */
  public double metric(String name) {
    return metrics.getOrDefault(name, Double.NaN);
  }
}
