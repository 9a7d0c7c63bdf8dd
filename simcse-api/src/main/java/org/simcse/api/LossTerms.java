package org.simcse.api;

import java.util.List;
import java.util.Optional;
import org.simcse.api.tensor.Tensor;

/**
 * The named terms of a loss, each logged separately.
 *
 * @param terms one or more, with distinct names
 * @param kept {@code [Q, P]} with any Q: what the head keeps for the next step
 * @since 0.1.0
 */
public record LossTerms(List<Term> terms, Optional<Tensor> kept) {
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

  /** Creates a loss of which nothing is kept. */
  public LossTerms(List<Term> terms) {
    this(terms, Optional.empty());
  }

  /** Returns a loss of one term with weight 1. */
  public static LossTerms of(String name, Tensor value) {
    return new LossTerms(List.of(new Term(name, 1, value)));
  }

  /**
   * Returns the same loss of a head that keeps vectors for its next step; see {@link
   * ContrastiveHead#keptRows}.
   *
   * @param rows {@code [Q, P]} with any Q; of more than {@code keptRows()} only the first are kept.
   *     No gradient flows through them
   */
  public LossTerms keeping(Tensor rows) {
    return new LossTerms(terms, Optional.of(rows));
  }

  /** Returns the weighted sum, a scalar. */
  public Tensor total() {
    return terms.stream()
        .map(term -> term.weight() == 1 ? term.value() : term.value().mul(term.weight()))
        .reduce(Tensor::add)
        .orElseThrow();
  }
}
