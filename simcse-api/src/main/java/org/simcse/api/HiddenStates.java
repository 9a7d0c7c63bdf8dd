package org.simcse.api;

import org.simcse.api.tensor.Tensor;

/**
 * The output of an encoder: {@code [B, T, H]} per layer. Only the layers that are read are
 * computed.
 *
 * @since 0.1.0
 */
public interface HiddenStates {
  /** Returns the number of transformer layers. */
  int layers();

  /**
   * Returns the output of one layer, {@code [B, T, H]}; at padding, arbitrary finite numbers.
   *
   * @param index the layer, from 0, the embedding output, to {@link #layers()}
   */
  Tensor layer(int index);

  /** Returns the output of the last layer, {@code [B, T, H]}. */
  default Tensor last() {
    return layer(layers());
  }

  /**
   * Returns {@code [B, H]}, the first token of the last layer. An encoder may compute this row
   * alone, because it needs only the first token's query.
   */
  default Tensor firstToken() {
    return last().select(1, 0);
  }
}
