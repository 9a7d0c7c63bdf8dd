package org.simcse.cli;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.simcse.core.evaluate.UnitFigures;

/**
 * A set of a user's own that is evaluated by means over its units, such as queries.
 *
 * @param title what the set is, for display
 * @param sources where it comes from, and what of it was left out, by JSON field
 * @param sizes how many of what there are, by name
 * @param texts the number of texts to embed
 * @param notes sentences below the results
 * @param evaluation computes the figures of a model
 */
record MeasuredTask(
    String title,
    Map<String, Object> sources,
    Map<String, Integer> sizes,
    int texts,
    List<String> notes,
    Function<EvaluationRun.Embedder, UnitFigures> evaluation) {
  /** Copies the maps. */
  MeasuredTask {
    sources = Collections.unmodifiableMap(new LinkedHashMap<>(sources));
    sizes = Collections.unmodifiableMap(new LinkedHashMap<>(sizes));
  }
}
