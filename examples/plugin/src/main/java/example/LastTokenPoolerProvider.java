package example;

import org.simcse.api.Pooler;
import org.simcse.api.PoolingContext;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.PoolerProvider;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;

/** Provides the pooler {@code last-token}: the state of a text's last token, padding aside. */
public final class LastTokenPoolerProvider implements PoolerProvider {
  @Override
  public String name() {
    return "last-token";
  }

  @Override
  public String description() {
    return "the last token of the last layer";
  }

  @Override
  public Pooler create(ModelContext model, Options options) {
    return new LastToken();
  }

  /** A record, so that two models with this pooler share their programs. */
  private record LastToken() implements Pooler {
    @Override
    public Tensor pool(ForwardPass pass, PoolingContext context) {
      Tensor mask = context.mask(); // [B, T]: 1 for a token, 0 for padding
      Tensor positions = pass.iota(mask.dim(1)).cast(mask.type()).unsqueeze(0); // [1, T]
      Tensor last = mask.mul(positions).max(1, true); // [B, 1]
      Tensor chosen = positions.equal(last).cast(mask.type()).mul(mask); // [B, T]
      return context.states().last().mul(chosen.unsqueeze(-1)).sum(1); // [B, H]
    }
  }
}
