package org.simcse.core.evaluate;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The result of a task of semantic textual similarity.
 *
 * @param task the name of the task
 * @param subsets the results of its subsets, in order, at least one
 * @since 0.1.0
 */
public record StsResult(String task, List<Subset> subsets) {
  /**
   * The result of a subset.
   *
   * @param name the name of the subset, such as {@code MSRpar}
   * @param pairs its cosines and scores
   */
  public record Subset(String name, ScoredCosines pairs) {}

  /** Copies the list. */
  public StsResult {
    subsets = List.copyOf(subsets);
  }

  /**
   * Returns the pairs of all subsets together, whose Spearman correlation is the task's figure in
   * SimCSE's tables ("all").
   */
  public ScoredCosines all() {
    return ScoredCosines.concatenated(subsets.stream().map(Subset::pairs).toList());
  }

  /** Returns the mean of a correlation over the subsets. */
  public double mean(ToDoubleFunction<ScoredCosines> correlation) {
    return subsets.stream()
        .mapToDouble(subset -> correlation.applyAsDouble(subset.pairs()))
        .average()
        .orElseThrow();
  }

  /** Returns the mean of a correlation over the subsets, weighted by their numbers of pairs. */
  public double weightedMean(ToDoubleFunction<ScoredCosines> correlation) {
    double sum = 0;
    int pairs = 0;
    for (Subset subset : subsets) {
      sum += subset.pairs().size() * correlation.applyAsDouble(subset.pairs());
      pairs += subset.pairs().size();
    }
    return sum / pairs;
  }
}
