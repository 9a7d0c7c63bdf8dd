package org.simcse.plugins.attention;

import org.simcse.api.Pooler;
import org.simcse.api.spi.PoolerProvider;
import org.simcse.api.spi.ProviderContext;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;

/**
 * Softmax over the tokens of {@code hidden · pooler.query}, then the weighted mean. Trains on every
 * backend.
 */
public final class AttentionPoolerProvider implements PoolerProvider {
  @Override
  public String name() {
    return "attention";
  }

  @Override
  public String description() {
    return "the mean over the tokens, weighted by a learned query (pooler.query [H, 1])";
  }

  @Override
  public Pooler create(ProviderContext model) {
    Shape query = Shape.of(model.hiddenSize(), 1);
    return (pass, context) -> {
      Tensor x = context.states().last(); // [B, T, H]
      Tensor scores =
          x.matmul(pass.parameter("pooler.query", query, Initializer.normal(0.02f))); // [B, T, 1]
      Tensor weights = scores.squeeze(-1).add(context.additiveMask()).softmax(-1); // [B, T]
      return weights.unsqueeze(1).matmul(x).squeeze(1); // [B, H]
    };
  }
}
