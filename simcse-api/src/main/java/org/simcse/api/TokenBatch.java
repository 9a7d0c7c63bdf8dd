package org.simcse.api;

import java.util.Optional;
import org.simcse.api.tensor.Tensor;

/**
 * A padded batch of token sequences inside a program; all {@code INT}, {@code [B, T]}.
 *
 * <p>Made by the framework, so that it can grow. Confined to the pass that its tensors belong to.
 */
public final class TokenBatch {
  /**
   * The indices that turn a padded batch into its M unpadded tokens and back, all {@code INT}.
   *
   * @param tokens {@code [M]}: the index of each token in the padded batch of {@code [B*T]}, row by
   *     row
   * @param indices {@code [B, T]}: the index of each position in {@code tokens}; any valid index
   *     for padding
   */
  public record Packing(Tensor tokens, Tensor indices) {}

  private final Tensor ids;
  private final Tensor mask;
  private final Tensor types;
  private final Tensor positions;
  private final Optional<Packing> packing;

  private TokenBatch(
      Tensor ids, Tensor mask, Tensor types, Tensor positions, Optional<Packing> packing) {
    this.ids = ids;
    this.mask = mask;
    this.types = types;
    this.positions = positions;
    this.packing = packing;
  }

  /** A batch without packing. */
  public static TokenBatch of(Tensor ids, Tensor mask, Tensor types, Tensor positions) {
    return new TokenBatch(ids, mask, types, positions, Optional.empty());
  }

  /** The same batch with the given packing. */
  public TokenBatch withPacking(Packing known) {
    return new TokenBatch(ids, mask, types, positions, Optional.of(known));
  }

  /** Other tokens at the same positions, such as masked ones. */
  public TokenBatch withTokens(Tensor otherIds, Tensor otherPositions) {
    return new TokenBatch(otherIds, mask, types, otherPositions, packing);
  }

  /** Token ids. */
  public Tensor ids() {
    return ids;
  }

  /** 1 for a token, 0 for padding. */
  public Tensor mask() {
    return mask;
  }

  /** Token types. */
  public Tensor types() {
    return types;
  }

  /** Position ids, computed on the host by the encoder's rule. */
  public Tensor positions() {
    return positions;
  }

  /**
   * Where the tokens are, for an encoder that spends no time on padding; one that does not look at
   * this computes the same.
   */
  public Optional<Packing> packing() {
    return packing;
  }
}
