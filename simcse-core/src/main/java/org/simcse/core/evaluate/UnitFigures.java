package org.simcse.core.evaluate;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The figures of every unit of an evaluation, such as a query or a row of triplets, by measure. The
 * figure of the whole is their mean, which {@link PairedBootstrap#means} compares.
 *
 * @param byMeasure one figure per unit, in the same order for all measures; must not be modified
 * @since 0.1.0
 */
public record UnitFigures(Map<String, double[]> byMeasure) {
  /** Copies the map. */
  public UnitFigures {
    byMeasure = Collections.unmodifiableMap(new LinkedHashMap<>(byMeasure));
  }

  /** Returns the mean of a measure; NaN if there is no unit. */
  public double mean(String measure) {
    return Arrays.stream(Objects.requireNonNull(byMeasure.get(measure)))
        .average()
        .orElse(Double.NaN);
  }
}
