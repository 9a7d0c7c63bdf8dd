package org.simcse.api;

import java.util.List;
import org.simcse.api.tensor.Tensor;

/**
 * The named terms of a loss, each logged separately.
 *
 * @param terms one or more, with distinct names
 * @since 0.1.0
 */
public record LossTerms(List<Term> terms) {
  /**
   * One term.
   *
   * @param name the name in the log
   * @param weight its factor in the total
   * @param value a scalar
   */
  public record Term(String name, double weight, Tensor value) {}

  /** Checks that there is a term. */
  public LossTerms {
    terms = List.copyOf(terms);
    if (terms.isEmpty()) {
      throw new IllegalArgumentException("A loss needs at least one term.");
    }
  }

  /** Returns a loss of one term with weight 1. */
  public static LossTerms of(String name, Tensor value) {
    return new LossTerms(List.of(new Term(name, 1, value)));
  }

  /** Returns the weighted sum, a scalar. */
  public Tensor total() {
    return terms.stream()
        .map(term -> term.weight() == 1 ? term.value() : term.value().mul(term.weight()))
        .reduce(Tensor::add)
        .orElseThrow();
  }
}
