package org.simcse.spark;

import java.util.stream.IntStream;
import org.simcse.api.Pooler;
import org.simcse.api.PoolingContext;
import org.simcse.api.TokenSequence;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.PoolerProvider;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;

/** Provides the pooler {@code doubling}, for which long texts have no room in the model. */
public final class DoublingPoolerProvider implements PoolerProvider {
  @Override
  public String name() {
    return "doubling";
  }

  @Override
  public String description() {
    return "the sum of the tokens of a text that stands there twice";
  }

  @Override
  public Pooler create(ModelContext model, Options options) {
    return new Doubling();
  }

  private record Doubling() implements Pooler {
    @Override
    public Tensor pool(ForwardPass pass, PoolingContext context) {
      Tensor mask = context.mask(); // [B, T]
      return context.states().last().mul(mask.unsqueeze(-1)).sum(1); // [B, H]
    }

    @Override
    public TokenSequence prepare(TokenSequence tokens) {
      return new TokenSequence(twice(tokens.ids()), twice(tokens.types()));
    }

    private static int[] twice(int[] values) {
      return IntStream.concat(IntStream.of(values), IntStream.of(values)).toArray();
    }
  }
}
