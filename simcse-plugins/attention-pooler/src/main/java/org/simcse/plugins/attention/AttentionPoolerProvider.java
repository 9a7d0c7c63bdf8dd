package org.simcse.plugins.attention;

import org.simcse.api.Pooler;
import org.simcse.api.PoolingContext;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.PoolerProvider;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;

/** A mean weighted by the softmax over the tokens of {@code hidden · pooler.query}. */
public final class AttentionPoolerProvider implements PoolerProvider {
  @Override
  public String name() {
    return "attention";
  }

  @Override
  public String description() {
    return "the mean over the tokens, weighted by a learned query (pooler.query [H, 1]); heads=1: the parts of a vector that are weighted each by itself";
  }

  @Override
  public Pooler create(ModelContext model, Options options) {
    int heads = options.integer("heads", 1, 1, model.hiddenSize());
    if (model.hiddenSize() % heads != 0) {
      throw new InvalidInputException(
          "The option heads=%d does not divide the hidden size %d."
              .formatted(heads, model.hiddenSize()));
    }
    return new Attention(Dim.of(heads), Dim.of(model.hiddenSize() / heads));
  }

  private record Attention(Dim heads, Dim size) implements Pooler {
    @Override
    public Tensor pool(ForwardPass pass, PoolingContext context) {
      Tensor x = context.states().last(); // [B, T, H]
      Shape shape = Shape.of(x.dim(2), Dim.of(1));
      Tensor query = pass.parameter("pooler.query", shape, Initializer.normal(0.02f)); // [H, 1]
      Tensor parts =
          x.reshape(x.dim(0), x.dim(1), heads, size).transpose(0, 2, 1, 3); // [B, A, T, H/A]
      Tensor scores = parts.matmul(query.reshape(heads, size, Dim.of(1))).squeeze(-1); // [B, A, T]
      Tensor weights = scores.add(context.additiveMask().unsqueeze(1)).softmax(-1); // [B, A, T]
      return weights.unsqueeze(2).matmul(parts).reshape(x.dim(0), x.dim(2)); // [B, H]
    }
  }
}
