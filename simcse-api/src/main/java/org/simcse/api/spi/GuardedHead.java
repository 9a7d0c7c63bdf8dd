package org.simcse.api.spi;

import java.util.List;
import java.util.OptionalDouble;
import org.simcse.api.Column;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.LossTerms;
import org.simcse.api.Views;
import org.simcse.api.tensor.Dim;
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
  public int keptRows() {
    int rows = origin.guard("it named the number of rows to keep", head::keptRows);
    origin.require(rows >= 0, "its keptRows() were read", "keptRows() is " + rows);
    return rows;
  }

  @Override
  public OptionalDouble averaging() {
    OptionalDouble decay = origin.guard("it named its averaging", head::averaging);
    origin.require(
        decay.isEmpty() || (decay.getAsDouble() >= 0 && decay.getAsDouble() < 1),
        "its averaging() was read",
        "averaging() is %s, which is not in [0, 1)".formatted(decay));
    return decay;
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
    int rows = keptRows();
    Dim width = projected.anchors().dim(1);
    origin.require(
        rows > 0
            ? terms.kept().filter(kept -> isRows(kept.shape(), width)).isPresent()
            : terms.kept().isEmpty(),
        TRACED,
        "its keptRows() is %d, but its loss keeps %s"
            .formatted(rows, terms.kept().map(kept -> kept.shape().toString()).orElse("nothing")));
    return terms;
  }

  private static boolean isRows(Shape shape, Dim width) {
    return shape.rank() == 2 && shape.dim(1).equals(width);
  }
}
