package org.simcse.api.tensor;

import org.simcse.api.engine.Precision;

/**
 * One forward pass through a model: where its parameters come from and whether dropout is on.
 *
 * <p>Never outlives the pass. Confined to the tracing thread.
 */
public interface ForwardPass {
  /**
   * A parameter of the model; asking twice gives the same one.
   *
   * @param name within this pass's prefix, such as {@code dense.weight}
   * @param shape fixed sizes only
   * @param initializer its first values where nothing has set it
   * @throws org.simcse.api.error.ShapeException if it was set with another shape
   */
  Tensor parameter(String name, Shape shape, Initializer initializer);

  /**
   * {@code x weightᵀ + bias} with {@code name.weight [out, in]} and {@code name.bias [out]}: {@code
   * [s…, in]} to {@code [s…, out]}. Computed in the backend's {@link Precision}, as {@link
   * #attention} is.
   */
  Tensor linear(Tensor x, String name, int out);

  /**
   * Layer normalisation with {@code name.weight} and {@code name.bias}, both {@code [x.dim(-1)]}.
   */
  Tensor layerNorm(Tensor x, String name, double eps);

  /**
   * This pass with {@code prefix} in front of every parameter's name, such as {@code
   * encoder.layer.0.}
   */
  ForwardPass in(String prefix);

  /**
   * This pass with rows that have numbers of their own: portable dropout draws for row b what
   * belongs to the number {@code rows[b]}, and not to b. Native dropout takes no notice.
   *
   * @param rows {@code [B]} ({@code INT}); all that is dropped out has a first axis of this size
   */
  ForwardPass keyed(Tensor rows);

  /**
   * This pass for tensors {@code [M, …]} of some positions of {@code [B, T, …]}: portable dropout
   * draws for them what belongs to those positions.
   *
   * @param tokens {@code [M]} ({@code INT}), positions in {@code [B*T]}
   * @param rows B
   * @param length T
   */
  ForwardPass packed(Tensor tokens, Dim rows, Dim length);

  /** Whether this pass trains: dropout is on. */
  boolean training();

  /**
   * Zeroes a share of the elements while training and scales up the rest; otherwise {@code x}
   * itself.
   *
   * @throws org.simcse.api.error.ShapeException if dropout is portable and the first axis is not
   *     that of the numbers of {@link #keyed}
   */
  Tensor dropout(Tensor x, double rate);

  /**
   * Scaled dot-product attention with scale {@code 1/√D}; its probabilities are dropped out while
   * training.
   *
   * @param query {@code [B, A, T, D]}
   * @param key {@code [B, A, S, D]}
   * @param value {@code [B, A, S, D]}
   * @param mask added to the scores, broadcast to {@code [B, A, T, S]}
   * @param dropoutRate in [0, 1)
   * @return {@code [B, A, T, D]}
   */
  Tensor attention(Tensor query, Tensor key, Tensor value, Tensor mask, double dropoutRate);

  /** One number, a {@code FLOAT} scalar. */
  Tensor constant(double value);

  /** {@code [n]}: 0, 1, … n-1 as {@code INT}. */
  Tensor iota(Dim n);
}
