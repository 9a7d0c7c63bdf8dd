package org.simcse.api;

import java.util.List;
import org.simcse.api.tensor.Tensor;

/**
 * The named parts of a loss, each logged by itself.
 *
 * @param terms at least one, with distinct names
 */
public record LossTerms(List<Term> terms) {
  /**
   * One part.
   *
   * @param name what the log calls it
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

  /** A loss of one term with weight 1. */
  public static LossTerms of(String name, Tensor value) {
    return new LossTerms(List.of(new Term(name, 1, value)));
  }

  /** The weighted sum, a scalar. */
  public Tensor total() {
    return terms.stream()
        .map(term -> term.weight() == 1 ? term.value() : term.value().mul(term.weight()))
        .reduce(Tensor::add)
        .orElseThrow();
  }
}
