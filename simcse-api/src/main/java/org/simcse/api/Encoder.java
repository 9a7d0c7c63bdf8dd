package org.simcse.api;

import java.util.Optional;
import org.simcse.api.tensor.ForwardPass;

/**
 * Turns token ids into hidden states, such as BERT. Immutable and safe to share: state lives in the
 * pass.
 */
public interface Encoder {
  /**
   * What the names of the encoder's parameters start with in a whole checkpoint, such as {@code
   * bert.}; a checkpoint of the encoder alone leaves it out.
   */
  String parameterPrefix();

  /** H, the size of a hidden state. */
  int hiddenSize();

  /** The largest number of tokens in a sequence, special tokens included. */
  int maxTokens();

  /** The number of entries of the vocabulary; ids are below it. */
  int vocabularySize();

  /** The id that pads a batch. */
  int paddingId();

  /**
   * The largest dropout rate of a training pass, in [0, 1); 0 where two passes over the same tokens
   * give the same hidden states.
   */
  double dropout();

  /** The head that predicts masked tokens, where the encoder is pre-trained with one. */
  default Optional<MaskedTokenHead> maskedTokenHead() {
    return Optional.empty();
  }

  /**
   * The position ids of one sequence.
   *
   * @param ids the sequence's token ids, padding included
   * @return as many position ids
   */
  int[] positions(int[] ids);

  /**
   * Adds the encoder to the program.
   *
   * @param batch {@code [B, T]}
   * @return {@code [B, T, H]} a layer
   */
  HiddenStates encode(ForwardPass pass, TokenBatch batch);
}
