package org.simcse.api;

import java.util.Optional;
import org.simcse.api.tensor.Tensor;

/**
 * A padded batch of token sequences inside a program; all {@code INT}, {@code [B, T]}.
 *
 * @param ids token ids
 * @param mask 1 for a token, 0 for padding
 * @param types token types
 * @param positions position ids, computed on the host by the encoder's rule
 * @param packing where the tokens are, for an encoder that would spend no time on padding; one that
 *     takes no notice computes the same
 */
public record TokenBatch(
    Tensor ids, Tensor mask, Tensor types, Tensor positions, Optional<Packing> packing) {
  /**
   * The way from a padded batch to its M tokens alone and back, all {@code INT}.
   *
   * @param tokens {@code [M]}: the place in {@code [B*T]} of each token, row by row
   * @param places {@code [B, T]}: the number in {@code tokens} of each place; of padding any number
   */
  public record Packing(Tensor tokens, Tensor places) {}

  /** A batch that does not say where its tokens are. */
  public TokenBatch(Tensor ids, Tensor mask, Tensor types, Tensor positions) {
    this(ids, mask, types, positions, Optional.empty());
  }
}
