package org.simcse.core.builtin;

import java.util.Optional;
import org.simcse.api.TokenBatch;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;

/**
 * The layout of token states between two attentions: padded, {@code [B, T, H]}, or packed, {@code
 * [M, H]}, if the batch is packed. Token-wise operations apply to either.
 *
 * @param pass the pass for token-wise operations
 * @param packing the mapping to the tokens and back; empty if states stay padded
 */
record Layout(ForwardPass pass, Optional<TokenBatch.Packing> packing) {
  /** Returns the layout of a batch, without padding if the batch is packed. */
  static Layout of(ForwardPass pass, TokenBatch batch) {
    return new Layout(
        batch
            .packing()
            .map(known -> pass.packed(known.tokens(), batch.ids().dim(0), batch.ids().dim(1)))
            .orElse(pass),
        batch.packing());
  }

  /** Returns the padded layout. */
  static Layout padded(ForwardPass pass) {
    return new Layout(pass, Optional.empty());
  }

  /** Converts {@code [B, T, …]} to this layout. */
  Tensor pack(Tensor padded) {
    return packing.map(known -> flat(padded).take(known.tokens())).orElse(padded);
  }

  private static Tensor flat(Tensor padded) {
    Dim positions = padded.dim(0).times(padded.dim(1));
    return padded.reshape(padded.shape().without(0).with(0, positions));
  }

  /** Converts states to {@code [B, T, H]}; padding gets the state of an arbitrary token. */
  Tensor unpack(Tensor states) {
    return packing.map(known -> states.take(known.indices())).orElse(states);
  }

  /** Returns the state of the first token of each sequence, {@code [B, 1, H]}. */
  Tensor first(Tensor states) {
    Dim one = Dim.of(1);
    return packing
        .map(known -> states.take(known.indices().slice(1, Dim.of(0), one)))
        .orElseGet(() -> states.slice(1, Dim.of(0), one));
  }
}
