package org.simcse.api;

import java.util.Optional;
import org.simcse.api.tensor.Tensor;

/**
 * A padded batch of token sequences inside a program; all {@code INT}, {@code [B, T]}.
 *
 * <p>Created by the framework, so that it can be extended. Confined to the pass that its tensors
 * belong to.
 *
 * @since 0.1.0
 */
public final class TokenBatch {
  /**
   * The indices that pack a padded batch into its M unpadded tokens and unpack it again, all {@code
   * INT}.
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
  private final Optional<Packing> packing;

  private TokenBatch(Tensor ids, Tensor mask, Tensor types, Optional<Packing> packing) {
    this.ids = ids;
    this.mask = mask;
    this.types = types;
    this.packing = packing;
  }

  /** Returns a batch without packing. */
  public static TokenBatch of(Tensor ids, Tensor mask, Tensor types) {
    return new TokenBatch(ids, mask, types, Optional.empty());
  }

  /** Returns a copy of this batch with the given packing. */
  public TokenBatch withPacking(Packing known) {
    return new TokenBatch(ids, mask, types, Optional.of(known));
  }

  /** Returns a batch of other tokens at the same positions, such as masked ones. */
  public TokenBatch withTokens(Tensor otherIds) {
    return new TokenBatch(otherIds, mask, types, packing);
  }

  /**
   * Returns a batch of the same tokens at the same positions, some of which are hidden as padding
   * is. It is not packed: a packing holds every token that its mask does not hide.
   *
   * @param otherMask {@code [B, T]}: 1 for a token, 0 for one that is hidden and for padding
   */
  public TokenBatch withMask(Tensor otherMask) {
    return new TokenBatch(ids, otherMask, types, Optional.empty());
  }

  /** Returns the token ids, {@code [B, T]}. */
  public Tensor ids() {
    return ids;
  }

  /**
   * Returns the mask, {@code [B, T]}: 1 for a token, 0 for padding and for a token hidden by {@link
   * #withMask}, which has its position as the others have.
   */
  public Tensor mask() {
    return mask;
  }

  /** Returns the token types, {@code [B, T]}. */
  public Tensor types() {
    return types;
  }

  /**
   * Returns the indices of the tokens, for an encoder that skips padding; an encoder that ignores
   * them computes the same result.
   */
  public Optional<Packing> packing() {
    return packing;
  }
}
