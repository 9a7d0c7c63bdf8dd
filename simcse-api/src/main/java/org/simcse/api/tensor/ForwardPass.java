package org.simcse.api.tensor;

import org.simcse.api.engine.Precision;

/**
 * One forward pass through a model: the source of its parameters, and whether dropout is on.
 *
 * <p>Must not be used after the pass. Confined to the tracing thread.
 *
 * @since 0.1.0
 */
public interface ForwardPass {
  /**
   * Returns a parameter of the model; repeated calls return the same one.
   *
   * @param name the name within this pass's prefix, such as {@code dense.weight}
   * @param shape the shape, of fixed sizes only
   * @param initializer the initial values if it was not set
   * @throws org.simcse.api.error.ShapeException if it was set with another shape
   */
  Tensor parameter(String name, Shape shape, Initializer initializer);

  /**
   * Returns {@code x weightᵀ + bias} with {@code name.weight [out, in]} and {@code name.bias
   * [out]}: {@code [s…, in]} to {@code [s…, out]}. Computed in the backend's {@link Precision}, as
   * {@link #attention} is.
   */
  Tensor linear(Tensor x, String name, int out);

  /**
   * Applies layer normalisation with {@code name.weight} and {@code name.bias}, both {@code
   * [x.dim(-1)]}.
   */
  Tensor layerNorm(Tensor x, String name, double eps);

  /**
   * Returns this pass with {@code prefix} prepended to every parameter's name, such as {@code
   * encoder.layer.0.}
   */
  ForwardPass in(String prefix);

  /**
   * Returns this pass with explicit keys for rows: portable dropout draws the mask of row b from
   * the key {@code rows[b]} instead of b. Native dropout ignores the keys.
   *
   * @param rows the keys, {@code [B]} ({@code INT}); the first axis of every tensor under dropout
   *     has this size
   */
  ForwardPass keyed(Tensor rows);

  /**
   * Returns this pass for tensors {@code [M, …]} of some positions of {@code [B, T, …]}: portable
   * dropout draws for them the masks of those positions.
   *
   * @param tokens {@code [M]} ({@code INT}), positions in {@code [B*T]}
   * @param rows B
   * @param length T
   */
  ForwardPass packed(Tensor tokens, Dim rows, Dim length);

  /** Returns whether this is a training pass, with dropout on. */
  boolean training();

  /**
   * Zeroes a fraction of the elements while training and scales up the rest; returns {@code x}
   * itself in inference.
   *
   * @throws org.simcse.api.error.ShapeException if dropout is portable and the first axis is not
   *     that of the keys of {@link #keyed}
   */
  Tensor dropout(Tensor x, double rate);

  /**
   * Computes scaled dot-product attention with scale {@code 1/√D} and, while training, dropout of
   * the probabilities.
   *
   * @param query {@code [B, A, T, D]}
   * @param key {@code [B, A, S, D]}
   * @param value {@code [B, A, S, D]}
   * @param mask the mask added to the scores, broadcast to {@code [B, A, T, S]}
   * @param dropoutRate the dropout rate, in [0, 1)
   * @return {@code [B, A, T, D]}
   */
  Tensor attention(Tensor query, Tensor key, Tensor value, Tensor mask, double dropoutRate);

  /** Returns a constant, a {@code FLOAT} scalar. */
  Tensor constant(double value);

  /** Returns {@code [n]}: 0, 1, … n-1 as {@code INT}. */
  Tensor iota(Dim n);
}
