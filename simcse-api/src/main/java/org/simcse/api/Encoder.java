package org.simcse.api;

import java.util.Optional;
import org.simcse.api.tensor.ForwardPass;

/**
 * Turns token ids into hidden states, as BERT does. Immutable and thread-safe: state belongs to the
 * pass.
 *
 * @since 0.1.0
 */
public interface Encoder {
  /**
   * Returns the prefix of the encoder's parameter names in a full checkpoint, such as {@code
   * bert.}; a checkpoint of the encoder alone omits it.
   */
  String parameterPrefix();

  /** Returns H, the size of a hidden state. */
  int hiddenSize();

  /** Returns the largest number of tokens in a sequence, special tokens included. */
  int maxTokens();

  /** Returns the size of the vocabulary; ids are below it. */
  int vocabularySize();

  /** Returns the id of the padding token. */
  int paddingId();

  /**
   * Returns the largest dropout rate of a training pass, in [0, 1); 0 if two passes over the same
   * tokens give the same hidden states.
   */
  double dropout();

  /** Returns the head that predicts masked tokens, if the encoder is pre-trained with one. */
  default Optional<MaskedTokenHead> maskedTokenHead() {
    return Optional.empty();
  }

  /**
   * Adds the encoder to the program.
   *
   * @param batch {@code [B, T]}
   * @return {@code [B, T, H]} per layer
   */
  HiddenStates encode(ForwardPass pass, TokenBatch batch);
}
