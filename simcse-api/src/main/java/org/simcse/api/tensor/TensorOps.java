package org.simcse.api.tensor;

import java.util.List;

/**
 * The primitives that a backend supplies, generic over the engine's own handle of a value.
 *
 * <p>Called only while a program is traced, by {@link Tensor}, which has already checked every
 * shape and type: an implementation need not check again. Axes are counted from 0 and are below the
 * rank. Element-wise operations broadcast as NumPy does. The default methods are compositions; a
 * backend overrides them where its engine has a fused kernel, and the conformance kit runs the same
 * tests on both. Where a composition combines a {@code FLOAT} scalar with a {@code BFLOAT16}
 * tensor, the result is {@code BFLOAT16}. An implementation is used by one trace and one thread.
 *
 * @param <H> the engine's handle of a value within a trace
 * @since 0.1.0
 */
public interface TensorOps<H> {
  // creation

  /** Returns a constant, the same in every run: a {@code FLOAT} scalar. */
  H constant(double value);

  /** Returns the size of an axis in the current run, as a {@code FLOAT} scalar. */
  H size(Dim dim);

  /** Returns {@code [n]}: 0, 1, … n-1 as {@code INT}. */
  H iota(Dim n);

  // element-wise

  /** Returns {@code -x}. */
  H neg(H x);

  /** Returns {@code e^x}. */
  H exp(H x);

  /** Returns the natural logarithm. */
  H log(H x);

  /** Returns the square root. */
  H sqrt(H x);

  /** Returns the hyperbolic tangent. */
  H tanh(H x);

  /** Returns the error function. */
  H erf(H x);

  /** Returns {@code a + b}. */
  H add(H a, H b);

  /** Returns {@code a - b}. */
  H sub(H a, H b);

  /** Returns {@code a * b}. */
  H mul(H a, H b);

  /** Returns {@code a / b}, of floating-point tensors. */
  H div(H a, H b);

  /**
   * Returns the element-wise maximum; on a tie the gradient may go to either operand or be shared.
   */
  H maximum(H a, H b);

  /** Returns {@code a > b} as {@code BOOL}. */
  H greater(H a, H b);

  /** Returns {@code a == b} as {@code BOOL}. */
  H equal(H a, H b);

  /** Returns {@code a} where {@code condition} holds and {@code b} elsewhere. */
  H where(H condition, H a, H b);

  // products and reductions

  /**
   * Returns the matrix product over the last two axes, each operand optionally transposed; leading
   * axes broadcast.
   */
  H matmul(H a, H b, boolean transposeA, boolean transposeB);

  /** Returns the sum over the given axes, which are kept with size 1 if {@code keepDims}. */
  H sum(H x, List<Integer> axes, boolean keepDims);

  /**
   * Returns the maximum over one axis, which is kept with size 1 if {@code keepDims}; the gradient
   * of a tie may be shared.
   */
  H max(H x, int axis, boolean keepDims);

  // shape

  /** Returns the same elements, in row-major order, in another shape. */
  H reshape(H x, Shape shape);

  /**
   * Permutes the axes: axis {@code i} of the result is axis {@code permutation[i]} of {@code x}.
   */
  H transpose(H x, List<Integer> permutation);

  /** Concatenates tensors along one axis; a single tensor is returned itself. */
  H concat(List<H> parts, int axis);

  /** Returns the {@code length} elements from {@code start} along one axis. */
  H slice(H x, int axis, Dim start, Dim length);

  /** Returns {@code x} broadcast to {@code shape}. */
  H broadcastTo(H x, Shape shape);

  // rows and types

  /**
   * Returns the rows of {@code table [V, …]} at the indices {@code rows [s…]} ({@code INT}, in [0,
   * V)): {@code [s…, …]}; gradients of equal rows add up.
   */
  H take(H table, H rows);

  /**
   * Returns {@code ids [s…]} one-hot encoded, {@code [s…, depth]}, 1 at the id and 0 elsewhere, as
   * {@code FLOAT}.
   */
  H oneHot(H ids, Dim depth);

  /**
   * Returns the same values in another type; between floating-point types the gradient is cast
   * back.
   */
  H cast(H x, ElementType type);

  /** Returns {@code x}, treated as a constant in differentiation. */
  H stopGradient(H x);

  /**
   * Returns numbers in [0, 1) that depend only on seed, site, row and indices within the row, bit
   * for bit as {@link PortableRandom} specifies: padding, batching and engine have no influence.
   *
   * @param seed a scalar of {@code INT}
   * @param site the index of the draw in the program
   * @param keys one or more, {@code [B]} each: the key of the row, and further indices that share
   *     its axis here
   * @param shape {@code [B, …]}; at most four further axes and keys together
   */
  H uniform(H seed, int site, List<H> keys, Shape shape);

  // compositions

  /** Returns {@code e^x / Σ e^x} along one axis. */
  default H softmax(H x, int axis) {
    H e = exp(sub(x, stopGradient(max(x, axis, true))));
    return div(e, sum(e, List.of(axis), true));
  }

  /** Returns {@code x - log Σ e^x} along one axis. */
  default H logSoftmax(H x, int axis) {
    H shifted = sub(x, stopGradient(max(x, axis, true)));
    return sub(shifted, log(sum(exp(shifted), List.of(axis), true)));
  }

  /** Returns the mean over the given axes, which contain {@code count} elements in total. */
  default H mean(H x, List<Integer> axes, boolean keepDims, Dim count) {
    return div(sum(x, axes, keepDims), size(count));
  }

  /**
   * Returns {@code (x - mean) / sqrt(variance + eps) * weight + bias} over the last axis, of size
   * {@code width}; the variance is the biased one.
   */
  default H layerNorm(H x, int lastAxis, Dim width, H weight, H bias, double eps) {
    List<Integer> last = List.of(lastAxis);
    H centred = sub(x, mean(x, last, true, width));
    H variance = mean(mul(centred, centred), last, true, width);
    return add(mul(div(centred, sqrt(add(variance, constant(eps)))), weight), bias);
  }

  /**
   * Returns the exact Gaussian error linear unit, {@code x/2 * (1 + erf(x / √2))} (Hendrycks and
   * Gimpel 2016).
   */
  default H gelu(H x) {
    return mul(mul(x, constant(0.5)), add(erf(mul(x, constant(Math.sqrt(0.5)))), constant(1)));
  }

  /**
   * Returns {@code x weightᵀ + bias}: {@code [s…, in]} and {@code [out, in]} to {@code [s…, out]}.
   */
  default H linear(H x, H weight, H bias, Shape result) {
    return add(matmul(x, weight, false, true), bias);
  }

  /** Computes scaled dot-product attention: {@code [B, A, T, D]}, of the type of the query. */
  default H attention(Attention<H> operands) {
    boolean single = operands.type() == ElementType.FLOAT;
    H product = matmul(operands.query(), operands.key(), false, true);
    H scores = single ? product : cast(product, ElementType.FLOAT);
    H scaled = operands.scale() == 1 ? scores : mul(scores, constant(operands.scale()));
    H logits = add(scaled, operands.mask());
    H weights =
        dropout(
            softmax(logits, operands.scores().rank() - 1), operands.scores(), operands.dropout());
    return matmul(
        single ? weights : cast(weights, operands.type()), operands.value(), false, false);
  }

  /**
   * Zeroes elements at random and divides the rest by {@code 1 - rate}; the same seed zeroes the
   * same elements. If the dropout has keys, the elements whose draw of {@link #uniform} is below
   * the rate are zeroed.
   */
  default H dropout(H x, Shape shape, Dropout<H> dropout) {
    if (dropout.rate() == 0) {
      return x;
    }
    List<H> keys = dropout.keys().isEmpty() ? List.of(iota(shape.dim(0))) : dropout.keys();
    H draws = uniform(dropout.seed(), dropout.site(), keys, shape);
    H kept = cast(greater(draws, constant(dropout.lastZeroed())), ElementType.FLOAT);
    return mul(x, mul(kept, constant(1 / (1 - dropout.rate()))));
  }

  /**
   * Returns {@code [N]}: {@code -log softmax(logits)[i, labels[i]]} of {@code logits [N, M]} and
   * {@code labels [N]} ({@code INT}).
   */
  default H crossEntropy(H logits, H labels, Dim classes) {
    return neg(sum(mul(logSoftmax(logits, 1), oneHot(labels, classes)), List.of(1), false));
  }

  /**
   * Returns {@code x / max(‖x‖, eps)} along one axis; a zero row stays zero, with a finite
   * gradient.
   */
  default H normalize(H x, int axis, double eps) {
    H squares = sum(mul(x, x), List.of(axis), true);
    H positive = greater(squares, constant(0));
    // The square root has no gradient at 0, and zero times infinity is NaN: use 1
    // there.
    H norm = where(positive, sqrt(where(positive, squares, constant(1))), constant(0));
    return div(x, maximum(norm, constant(eps)));
  }
}
