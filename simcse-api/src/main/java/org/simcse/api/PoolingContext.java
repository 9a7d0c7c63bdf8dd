package org.simcse.api;

import org.simcse.api.tensor.Tensor;

/** What a pooler may look at. Implemented by the framework only, so that it can grow. */
public interface PoolingContext {
  /** The encoder's hidden states, {@code [B, T, H]} a layer. */
  HiddenStates states();

  /** The batch that was encoded. */
  TokenBatch batch();

  /** The encoder, for a pooler that needs a second pass. */
  Encoder encoder();

  /** {@code [B, T]}: 1 for a token, 0 for padding, as {@code FLOAT}. */
  Tensor mask();

  /** {@code [B, T]}: 0 for a token, -10000 for padding, to be added to scores before a softmax. */
  Tensor additiveMask();
}
