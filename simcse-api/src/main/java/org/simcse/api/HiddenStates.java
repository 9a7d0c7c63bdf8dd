package org.simcse.api;

import org.simcse.api.tensor.Tensor;

/** What an encoder computes: one {@code [B, T, H]} a layer. Only what is asked for is computed. */
public interface HiddenStates {
  /** The number of transformer layers. */
  int layers();

  /**
   * The output of one layer, {@code [B, T, H]}; at padding any finite numbers.
   *
   * @param index from 0, the embedding output, to {@link #layers()}
   */
  Tensor layer(int index);

  /** The output of the last layer, {@code [B, T, H]}. */
  default Tensor last() {
    return layer(layers());
  }

  /**
   * {@code [B, H]}: the first token of the last layer. An encoder may compute this row alone:
   * nobody else's query is needed.
   */
  default Tensor firstToken() {
    return last().select(1, 0);
  }
}
