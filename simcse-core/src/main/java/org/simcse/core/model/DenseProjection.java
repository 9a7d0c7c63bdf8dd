package org.simcse.core.model;

import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;

/**
 * A layer behind the pooler: {@code W x + b}, then perhaps the hyperbolic tangent.
 *
 * @param name what its parameters' names start with
 * @param out the size of the result
 * @param tanh whether the hyperbolic tangent follows
 * @param bias whether there is a b
 */
public record DenseProjection(String name, int out, boolean tanh, boolean bias)
    implements SentenceModel.Projection {
  @Override
  public Tensor apply(ForwardPass pass, Tensor pooled) {
    Tensor mapped = bias ? pass.linear(pooled, name, out) : withoutBias(pass, pooled);
    return tanh ? mapped.tanh() : mapped;
  }

  private Tensor withoutBias(ForwardPass pass, Tensor pooled) {
    Tensor weight =
        pass.parameter(
            name + ".weight", Shape.of(Dim.of(out), pooled.dim(-1)), Initializer.normal(0.02f));
    return pooled.matmul(weight, false, true);
  }
}
