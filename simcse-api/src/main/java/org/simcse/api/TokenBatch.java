package org.simcse.api;

import org.simcse.api.tensor.Tensor;

/**
 * A padded batch of token sequences inside a program; all {@code INT}, {@code [B, T]}.
 *
 * @param ids token ids
 * @param mask 1 for a token, 0 for padding
 * @param types token types
 * @param positions position ids, computed on the host by the encoder's rule
 */
public record TokenBatch(Tensor ids, Tensor mask, Tensor types, Tensor positions) {}
