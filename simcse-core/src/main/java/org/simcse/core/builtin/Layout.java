package org.simcse.core.builtin;

import java.util.Optional;
import org.simcse.api.TokenBatch;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;

/**
 * Where the states of tokens are between two attentions: {@code [B, T, H]}, or {@code [M, H]}
 * without padding where the batch says which positions are tokens. What is done token by token is
 * done to either alike.
 *
 * @param pass the pass for what is done token by token
 * @param packing the way to the tokens and back; none where states stay padded
 */
record Layout(ForwardPass pass, Optional<TokenBatch.Packing> packing) {
  /** Without padding if the batch allows it. */
  static Layout of(ForwardPass pass, TokenBatch batch) {
    return new Layout(
        batch
            .packing()
            .map(known -> pass.packed(known.tokens(), batch.ids().dim(0), batch.ids().dim(1)))
            .orElse(pass),
        batch.packing());
  }

  /** Padded. */
  static Layout padded(ForwardPass pass) {
    return new Layout(pass, Optional.empty());
  }

  /** From {@code [B, T, …]}. */
  Tensor pack(Tensor padded) {
    return packing.map(known -> flat(padded).take(known.tokens())).orElse(padded);
  }

  private static Tensor flat(Tensor padded) {
    Dim positions = padded.dim(0).times(padded.dim(1));
    return padded.reshape(padded.shape().without(0).with(0, positions));
  }

  /** To {@code [B, T, H]}; padding gets the state of some token. */
  Tensor unpack(Tensor states) {
    return packing.map(known -> states.take(known.indices())).orElse(states);
  }

  /** The first token of each sequence, {@code [B, 1, H]}. */
  Tensor first(Tensor states) {
    Dim one = Dim.of(1);
    return packing
        .map(known -> states.take(known.indices().slice(1, Dim.of(0), one)))
        .orElseGet(() -> states.slice(1, Dim.of(0), one));
  }
}
