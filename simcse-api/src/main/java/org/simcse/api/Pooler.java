package org.simcse.api;

import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;

/**
 * Turns the hidden states of a sentence into one vector.
 *
 * <p>A pooler ignores padding and reads only its own row: the same sentence gives the same vector
 * in any batch. The conformance kit's {@code PoolerConformance} checks this. Immutable and
 * thread-safe.
 *
 * @since 0.1.0
 */
public interface Pooler {
  /**
   * Adds the pooler to the program.
   *
   * @return {@code [B, D]}
   */
  Tensor pool(ForwardPass pass, PoolingContext context);

  /**
   * Changes the tokens of one text on the host, before padding, for example to insert a prompt. The
   * number of tokens that it adds is the same for every text: texts are truncated before, so that
   * there is room for them.
   */
  default TokenSequence prepare(TokenSequence tokens) {
    return tokens;
  }
}
