package org.simcse.api.spi;

import org.simcse.api.Pooler;
import org.simcse.api.PoolingContext;
import org.simcse.api.TokenSequence;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;

/** A pooler whose failures name its provider. Equal for equal poolers of one provider. */
record GuardedPooler(Pooler pooler, Origin origin) implements Pooler {
  private static final String TRACED = "it was traced";

  @Override
  public Tensor pool(ForwardPass pass, PoolingContext context) {
    Tensor vectors = origin.guard(TRACED, () -> pooler.pool(pass, context));
    Shape shape = vectors.shape();
    Dim rows = context.batch().ids().dim(0);
    origin.require(
        shape.rank() == 2 && shape.dim(0).equals(rows) && shape.dim(1).isFixed(),
        TRACED,
        "its vectors have the shape %s instead of [%s, D] with a fixed D".formatted(shape, rows));
    return vectors;
  }

  @Override
  public TokenSequence prepare(TokenSequence tokens) {
    return origin.guard("it prepared a text", () -> pooler.prepare(tokens));
  }
}
