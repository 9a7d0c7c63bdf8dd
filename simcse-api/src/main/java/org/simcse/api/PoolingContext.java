package org.simcse.api;

import org.simcse.api.tensor.Tensor;

/**
 * The inputs of a pooler. Implemented by the framework only, so that methods can be added.
 *
 * @since 0.1.0
 */
public interface PoolingContext {
  /**
   * Added to the scores of padding before a softmax, as BERT's reference implementation does; a row
   * of padding only stays finite.
   */
  double MASKED = -10000;

  /** Returns the encoder's hidden states, {@code [B, T, H]} per layer. */
  HiddenStates states();

  /** Returns the encoded batch. */
  TokenBatch batch();

  /** Returns the encoder, for a pooler that needs a second pass. */
  Encoder encoder();

  /**
   * Returns {@code [B, T]} ({@code FLOAT}): 1 for a token that is pooled, 0 for padding. The tokens
   * of a prompt have 0 if the model excludes prompts from pooling.
   */
  Tensor mask();

  /**
   * Returns {@code [B, T]}: 0 for a token that is pooled, {@link #MASKED} for others, to be added
   * to scores before a softmax.
   */
  default Tensor additiveMask() {
    return mask().sub(1).mul(-MASKED);
  }
}
