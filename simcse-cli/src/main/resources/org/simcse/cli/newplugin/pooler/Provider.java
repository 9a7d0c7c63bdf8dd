package @package@;

import org.simcse.api.Pooler;
import org.simcse.api.PoolingContext;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.PoolerProvider;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;

/** Provides the pooler {@code @name@}: the mean over the tokens, mixed with the first of them. */
public final class @Class@Provider implements PoolerProvider {
  @Override
  public String name() {
    return "@name@";
  }

  @Override
  public String description() {
    return "the mean over the tokens, mixed with the first token; first=0: its share, from 0 to 1";
  }

  /** An option that is given and not read here is refused, as is a value that does not fit. */
  @Override
  public Pooler create(ModelContext model, Options options) {
    return new Mixed(options.number("first", 0, 0, 1));
  }

  /** A record, so that models with equal options share their programs. */
  private record Mixed(double first) implements Pooler {
    @Override
    public Tensor pool(ForwardPass pass, PoolingContext context) {
      Tensor mask = context.mask().unsqueeze(-1); // [B, T, 1]: 1 for a token, 0 for padding
      Tensor count = mask.sum(1).maximum(1); // [B, 1]
      Tensor mean = context.states().last().mul(mask).sum(1).div(count); // [B, H]
      return mean.mul(1 - first).add(context.states().firstToken().mul(first));
    }
  }
}
