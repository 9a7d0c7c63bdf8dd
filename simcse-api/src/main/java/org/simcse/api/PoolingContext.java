package org.simcse.api;

import org.simcse.api.tensor.Tensor;

/** What a pooler may look at. Implemented by the framework only, so that it can grow. */
public interface PoolingContext {
  /**
   * Added to the scores of padding before a softmax, as BERT's reference implementation does: a row
   * of padding alone stays finite.
   */
  double MASKED = -10000;

  /** The encoder's hidden states, {@code [B, T, H]} a layer. */
  HiddenStates states();

  /** The batch that was encoded. */
  TokenBatch batch();

  /** The encoder, for a pooler that needs a second pass. */
  Encoder encoder();

  /**
   * {@code [B, T]}: 1 for a token that is pooled, 0 for padding, as {@code FLOAT}. The tokens of a
   * prompt have 0 where the model leaves prompts out of its vectors.
   */
  Tensor mask();

  /**
   * {@code [B, T]}: 0 for a token that is pooled, {@link #MASKED} for others, to be added to scores
   * before a softmax.
   */
  default Tensor additiveMask() {
    return mask().sub(1).mul(-MASKED);
  }
}
