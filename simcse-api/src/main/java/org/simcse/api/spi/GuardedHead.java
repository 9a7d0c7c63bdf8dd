package org.simcse.api.spi;

import java.util.List;
import org.simcse.api.Column;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.LossTerms;
import org.simcse.api.Views;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;

/** A head whose failures name its provider. Equal for equal heads of one provider. */
record GuardedHead(ContrastiveHead head, Origin origin) implements ContrastiveHead {
  private static final String TRACED = "it was traced";

  @Override
  public Tensor project(ForwardPass pass, Tensor pooled) {
    Tensor projected = origin.guard(TRACED, () -> head.project(pass, pooled));
    Shape shape = projected.shape();
    origin.require(
        shape.rank() == 2 && shape.dim(0).equals(pooled.dim(0)) && shape.dim(1).isFixed(),
        TRACED,
        "its projection has the shape %s instead of [%s, P] with a fixed P"
            .formatted(shape, pooled.dim(0)));
    return projected;
  }

  @Override
  public List<Column> columns() {
    return origin.guard("it named its columns", head::columns);
  }

  @Override
  public LossTerms loss(ForwardPass pass, Views projected) {
    LossTerms terms = origin.guard(TRACED, () -> head.loss(pass, projected));
    for (LossTerms.Term term : terms.terms()) {
      origin.require(
          term.value().rank() == 0,
          TRACED,
          "its term '%s' has the shape %s instead of being a scalar"
              .formatted(term.name(), term.value().shape()));
    }
    return terms;
  }
}
