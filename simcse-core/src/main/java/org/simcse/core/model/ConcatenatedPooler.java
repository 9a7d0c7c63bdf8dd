package org.simcse.core.model;

import java.util.List;
import org.simcse.api.Pooler;
import org.simcse.api.PoolingContext;
import org.simcse.api.TokenSequence;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;

/**
 * Concatenates the vectors of several poolers, {@code [B, D1 + D2 + …]}.
 *
 * @param poolers the poolers, in order
 */
record ConcatenatedPooler(List<Pooler> poolers) implements Pooler {
  @Override
  public Tensor pool(ForwardPass pass, PoolingContext context) {
    return Tensor.concat(1, poolers.stream().map(pooler -> pooler.pool(pass, context)).toList());
  }

  @Override
  public TokenSequence prepare(TokenSequence tokens) {
    TokenSequence prepared = tokens;
    for (Pooler pooler : poolers) {
      prepared = pooler.prepare(prepared);
    }
    return prepared;
  }
}
