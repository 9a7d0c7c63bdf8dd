package org.simcse.api.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.simcse.api.error.ShapeException;

/**
 * A value inside a program that is being traced; models, poolers and losses are written with it.
 *
 * <p>A tensor has a {@link Shape} and an {@link ElementType} and nothing else: its elements exist
 * only while the program runs, many times, on some engine. Every method adds one operation to the
 * program and returns its result. Axes may be counted from the end: -1 is the last. The shape rules
 * are checked here, once for all engines. Immutable; valid only during its trace; confined to the
 * tracing thread.
 *
 * @since 0.1.0
 */
public final class Tensor {
  private final Trace<Object> trace;
  private final Object handle;
  private final Shape shape;
  private final ElementType type;

  Tensor(Trace<Object> trace, Object handle, Shape shape, ElementType type) {
    this.trace = trace;
    this.handle = Objects.requireNonNull(handle, "handle is null");
    this.shape = shape;
    this.type = type;
  }

  /** Returns the sizes of the axes. */
  public Shape shape() {
    return shape;
  }

  /** Returns the size of one axis. */
  public Dim dim(int axis) {
    return shape.dim(axis);
  }

  /** Returns the number of axes. */
  public int rank() {
    return shape.rank();
  }

  /** Returns the type of the elements. */
  public ElementType type() {
    return type;
  }

  Trace<Object> trace() {
    return trace;
  }

  Object handle() {
    return handle;
  }

  // element-wise

  /** Returns {@code -x}. */
  public Tensor neg() {
    return unary("neg", ops().neg(handle()));
  }

  /** Returns {@code e^x}. */
  public Tensor exp() {
    return unary("exp", ops().exp(handle()));
  }

  /** Returns the natural logarithm. */
  public Tensor log() {
    return unary("log", ops().log(handle()));
  }

  /** Returns the square root. */
  public Tensor sqrt() {
    return unary("sqrt", ops().sqrt(handle()));
  }

  /** Returns the hyperbolic tangent. */
  public Tensor tanh() {
    return unary("tanh", ops().tanh(handle()));
  }

  /** Returns the error function. */
  public Tensor erf() {
    return unary("erf", ops().erf(handle()));
  }

  /** Returns the exact Gaussian error linear unit. */
  public Tensor gelu() {
    return unary("gelu", ops().gelu(handle()));
  }

  /** Returns {@code this + other}, broadcast. */
  public Tensor add(Tensor other) {
    return binary("add", other, type, (ops, a, b) -> ops.add(a, b));
  }

  /** Returns {@code this + number}. */
  public Tensor add(double number) {
    return add(like(number));
  }

  /** Returns {@code this - other}, broadcast. */
  public Tensor sub(Tensor other) {
    return binary("sub", other, type, (ops, a, b) -> ops.sub(a, b));
  }

  /** Returns {@code this - number}. */
  public Tensor sub(double number) {
    return sub(like(number));
  }

  /** Returns {@code this * other}, broadcast. */
  public Tensor mul(Tensor other) {
    return binary("mul", other, type, (ops, a, b) -> ops.mul(a, b));
  }

  /** Returns {@code this * number}. */
  public Tensor mul(double number) {
    return mul(like(number));
  }

  /** Returns {@code this / other}, broadcast, of floating-point tensors. */
  public Tensor div(Tensor other) {
    floating("div");
    return binary("div", other, type, (ops, a, b) -> ops.div(a, b));
  }

  /** Returns {@code this / number}. */
  public Tensor div(double number) {
    return div(like(number));
  }

  /** Returns the element-wise maximum, broadcast. */
  public Tensor maximum(Tensor other) {
    return binary("maximum", other, type, (ops, a, b) -> ops.maximum(a, b));
  }

  /** Returns the element-wise maximum of this and a number. */
  public Tensor maximum(double number) {
    return maximum(like(number));
  }

  /** Returns {@code this > other}, broadcast, as {@code BOOL}. */
  public Tensor greater(Tensor other) {
    return binary("greater", other, ElementType.BOOL, (ops, a, b) -> ops.greater(a, b));
  }

  /** Returns {@code this > number}, as {@code BOOL}. */
  public Tensor greater(double number) {
    return greater(like(number));
  }

  /** Returns {@code this == other}, broadcast, as {@code BOOL}. */
  public Tensor equal(Tensor other) {
    return binary("equal", other, ElementType.BOOL, (ops, a, b) -> ops.equal(a, b));
  }

  /**
   * Returns {@code yes} where this {@code BOOL} tensor holds, and {@code no} elsewhere, broadcast.
   */
  public Tensor where(Tensor yes, Tensor no) {
    require("where", type == ElementType.BOOL, "the condition must be BOOL, not %s", type);
    yes.sameType("where", no);
    Shape result = Shape.broadcast("where", shape, Shape.broadcast("where", yes.shape, no.shape));
    return result(result, yes.type, ops().where(handle(), trace.handle(yes), trace.handle(no)));
  }

  // products and reductions

  /**
   * Returns the matrix product over the last two axes: {@code [s…, n, k] x [s…, k, m]} to {@code
   * [s…, n, m]}; leading axes broadcast.
   */
  public Tensor matmul(Tensor other) {
    return matmul(other, false, false);
  }

  /** Returns the matrix product over the last two axes, either operand optionally transposed. */
  public Tensor matmul(Tensor other, boolean transposeThis, boolean transposeOther) {
    floating("matmul");
    sameType("matmul", other);
    require(
        "matmul",
        rank() >= 2 && other.rank() >= 2,
        "%s x %s: both need two axes or more",
        shape,
        other.shape);
    Dim inner = shape.dim(transposeThis ? -2 : -1);
    Dim otherInner = other.shape.dim(transposeOther ? -1 : -2);
    require(
        "matmul",
        inner.equals(otherInner),
        "%s x %s: inner sizes %s and %s differ",
        shape,
        other.shape,
        inner,
        otherInner);
    Shape batch =
        Shape.broadcast(
            "matmul", shape.slice(0, rank() - 2), other.shape.slice(0, other.rank() - 2));
    Shape result =
        batch.concat(
            Shape.of(
                shape.dim(transposeThis ? -1 : -2), other.shape.dim(transposeOther ? -2 : -1)));
    return result(
        result, type, ops().matmul(handle(), trace.handle(other), transposeThis, transposeOther));
  }

  /**
   * Returns {@code this weightᵀ + bias}: {@code [s…, in]}, {@code [out, in]} and {@code [out]} to
   * {@code [s…, out]}.
   */
  public Tensor linear(Tensor weight, Tensor bias) {
    require(
        "linear",
        weight.rank() == 2 && rank() >= 1 && weight.dim(1).equals(dim(-1)),
        "%s does not fit the weight %s",
        shape,
        weight.shape);
    require(
        "linear",
        bias.shape.equals(weight.shape.slice(0, 1)),
        "the bias %s does not fit the weight %s",
        bias.shape,
        weight.shape);
    Shape result = shape.with(-1, weight.dim(0));
    return result(
        result, type, ops().linear(handle(), trace.handle(weight), trace.handle(bias), result));
  }

  /** Returns the sum over one axis, which is removed. */
  public Tensor sum(int axis) {
    return sum(axis, false);
  }

  /** Returns the sum over one axis, which is kept with size 1 if {@code keepDims}. */
  public Tensor sum(int axis, boolean keepDims) {
    return result(
        reduced(axis, keepDims), type, ops().sum(handle(), List.of(shape.axis(axis)), keepDims));
  }

  /** Returns the sum of all elements, a scalar. */
  public Tensor sum() {
    return rank() == 0 ? this : result(Shape.scalar(), type, ops().sum(handle(), axes(), false));
  }

  /** Returns the mean over one axis, which is removed. */
  public Tensor mean(int axis) {
    return mean(axis, false);
  }

  /** Returns the mean over one axis, which is kept with size 1 if {@code keepDims}. */
  public Tensor mean(int axis, boolean keepDims) {
    floating("mean");
    return result(
        reduced(axis, keepDims),
        type,
        ops().mean(handle(), List.of(shape.axis(axis)), keepDims, dim(axis)));
  }

  /** Returns the mean of all elements, a scalar. */
  public Tensor mean() {
    floating("mean");
    return rank() == 0
        ? this
        : result(Shape.scalar(), type, ops().mean(handle(), axes(), false, shape.elements()));
  }

  /** Returns the maximum over one axis, which is removed. */
  public Tensor max(int axis) {
    return max(axis, false);
  }

  /** Returns the maximum over one axis, which is kept with size 1 if {@code keepDims}. */
  public Tensor max(int axis, boolean keepDims) {
    return result(reduced(axis, keepDims), type, ops().max(handle(), shape.axis(axis), keepDims));
  }

  /** Returns {@code e^x / Σ e^x} along one axis. */
  public Tensor softmax(int axis) {
    floating("softmax");
    return result(shape, type, ops().softmax(handle(), shape.axis(axis)));
  }

  /** Returns {@code x - log Σ e^x} along one axis. */
  public Tensor logSoftmax(int axis) {
    floating("logSoftmax");
    return result(shape, type, ops().logSoftmax(handle(), shape.axis(axis)));
  }

  /**
   * Applies layer normalisation over the last axis (Ba et al. 2016) with a learned weight and bias
   * {@code [dim(-1)]}.
   */
  public Tensor layerNorm(Tensor weight, Tensor bias, double eps) {
    floating("layerNorm");
    Shape last = Shape.of(dim(-1));
    require(
        "layerNorm",
        weight.shape.equals(last) && bias.shape.equals(last),
        "weight %s and bias %s do not fit %s",
        weight.shape,
        bias.shape,
        shape);
    return result(
        shape,
        type,
        ops()
            .layerNorm(
                handle(), rank() - 1, dim(-1), trace.handle(weight), trace.handle(bias), eps));
  }

  /**
   * Returns {@code x / max(‖x‖, eps)} along one axis; a zero row stays zero, with a finite
   * gradient.
   */
  public Tensor normalize(int axis, double eps) {
    floating("normalize");
    return result(shape, type, ops().normalize(handle(), shape.axis(axis), eps));
  }

  /**
   * Returns {@code [N]}, the negative log-likelihood of {@code labels [N]} under the softmax of
   * these logits {@code [N, M]}.
   */
  public Tensor crossEntropy(Tensor labels) {
    floating("crossEntropy");
    require(
        "crossEntropy",
        rank() == 2 && labels.type == ElementType.INT && labels.shape.equals(shape.slice(0, 1)),
        "logits %s and labels %s %s do not fit",
        shape,
        labels.type,
        labels.shape);
    return result(labels.shape, type, ops().crossEntropy(handle(), trace.handle(labels), dim(1)));
  }

  // shape

  /** Returns the same elements, in row-major order, in another shape. */
  public Tensor reshape(Shape target) {
    require(
        "reshape",
        shape.elements().equals(target.elements()),
        "%s has %s elements, %s has %s",
        shape,
        shape.elements(),
        target,
        target.elements());
    return target.equals(shape) ? this : result(target, type, ops().reshape(handle(), target));
  }

  /** Returns the same elements, in row-major order, in another shape. */
  public Tensor reshape(Dim... target) {
    return reshape(Shape.of(target));
  }

  /** Permutes the axes: axis {@code i} of the result is axis {@code permutation[i]} of this. */
  public Tensor transpose(int... permutation) {
    require(
        "transpose",
        IntStream.range(0, rank()).allMatch(i -> Arrays.stream(permutation).anyMatch(p -> p == i))
            && permutation.length == rank(),
        "%s is no order of the axes of %s",
        Arrays.toString(permutation),
        shape);
    List<Integer> order = Arrays.stream(permutation).boxed().toList();
    return result(
        new Shape(order.stream().map(shape::dim).toList()), type, ops().transpose(handle(), order));
  }

  /** Removes an axis of size 1. */
  public Tensor squeeze(int axis) {
    require("squeeze", dim(axis).is(1), "axis %s of %s has size %s, not 1", axis, shape, dim(axis));
    return reshape(shape.without(axis));
  }

  /** Inserts an axis of size 1 before {@code axis}; -1 appends it. */
  public Tensor unsqueeze(int axis) {
    int index = axis < 0 ? axis + rank() + 1 : axis;
    require(
        "unsqueeze",
        index >= 0 && index <= rank(),
        "%s cannot take a new axis at index %s",
        shape,
        axis);
    return reshape(shape.insert(index, Dim.of(1)));
  }

  /** Returns the {@code length} elements from {@code start} along one axis. */
  public Tensor slice(int axis, Dim start, Dim length) {
    return result(
        shape.with(axis, length), type, ops().slice(handle(), shape.axis(axis), start, length));
  }

  /**
   * Returns one element along an axis, which is removed: {@code x.select(1, 0)} is the first token
   * of {@code [B, T, H]}.
   */
  public Tensor select(int axis, long index) {
    require(
        "select",
        index >= 0 && !(dim(axis).isFixed() && index >= dim(axis).size()),
        "axis %s of %s has no element %s",
        axis,
        shape,
        index);
    return slice(axis, Dim.of(index), Dim.of(1)).squeeze(axis);
  }

  /** Returns this tensor broadcast to a shape. */
  public Tensor broadcastTo(Shape target) {
    require(
        "broadcastTo",
        Shape.broadcast("broadcastTo", shape, target).equals(target),
        "%s does not stretch to %s",
        shape,
        target);
    return target.equals(shape) ? this : result(target, type, ops().broadcastTo(handle(), target));
  }

  /** Concatenates tensors along one axis; a single tensor is returned itself. */
  public static Tensor concat(int axis, List<Tensor> parts) {
    if (parts.isEmpty()) {
      throw new ShapeException("concat: there is nothing to concatenate.");
    }
    Tensor first = parts.get(0);
    if (parts.size() == 1) {
      return first;
    }
    int at = first.shape.axis(axis);
    Dim total = first.dim(at);
    List<Object> handles = new ArrayList<>(List.of(first.handle()));
    for (Tensor part : parts.subList(1, parts.size())) {
      first.sameType("concat", part);
      first.require(
          "concat",
          part.rank() == first.rank() && part.shape.without(at).equals(first.shape.without(at)),
          "%s and %s differ beside axis %s",
          first.shape,
          part.shape,
          axis);
      total = total.plus(part.dim(at));
      handles.add(first.trace.handle(part));
    }
    return first.result(first.shape.with(at, total), first.type, first.ops().concat(handles, at));
  }

  // rows and types

  /**
   * Returns the rows of this table {@code [V, …]} at the indices {@code rows [s…]} ({@code INT}):
   * {@code [s…, …]}.
   */
  public Tensor take(Tensor rows) {
    require(
        "take", rows.type == ElementType.INT && rank() >= 1, "rows must be INT, not %s", rows.type);
    return result(
        rows.shape.concat(shape.slice(1, rank())), type, ops().take(handle(), trace.handle(rows)));
  }

  /**
   * Returns these ids {@code [s…]} one-hot encoded, {@code [s…, depth]}: 1 at the id, 0 elsewhere.
   */
  public Tensor oneHot(Dim depth) {
    require("oneHot", type == ElementType.INT, "ids must be INT, not %s", type);
    return result(shape.insert(rank(), depth), ElementType.FLOAT, ops().oneHot(handle(), depth));
  }

  /** Returns the same values in another type. */
  public Tensor cast(ElementType target) {
    return target == type ? this : result(shape, target, ops().cast(handle(), target));
  }

  /** Returns the same values, treated as a constant in differentiation. */
  public Tensor stopGradient() {
    return result(shape, type, ops().stopGradient(handle()));
  }

  @Override
  public String toString() {
    return type + " " + shape;
  }

  @FunctionalInterface
  private interface Binary {
    Object apply(TensorOps<Object> ops, Object a, Object b);
  }

  private TensorOps<Object> ops() {
    return trace.ops();
  }

  private List<Integer> axes() {
    return IntStream.range(0, rank()).boxed().toList();
  }

  private Shape reduced(int axis, boolean keepDims) {
    return keepDims ? shape.with(axis, Dim.of(1)) : shape.without(axis);
  }

  private Tensor like(double number) {
    floating("number");
    return trace.constant(number).cast(type);
  }

  private Tensor unary(String operation, Object result) {
    require(
        operation,
        type.isFloating() || operation.equals("neg"),
        "needs a floating-point tensor, not %s",
        type);
    return result(shape, type, result);
  }

  private Tensor binary(String operation, Tensor other, ElementType resultType, Binary function) {
    sameType(operation, other);
    Shape result = Shape.broadcast(operation, shape, other.shape);
    return result(result, resultType, function.apply(ops(), handle(), trace.handle(other)));
  }

  private Tensor result(Shape resultShape, ElementType resultType, Object result) {
    return trace.tensor(result, resultShape, resultType);
  }

  private void sameType(String operation, Tensor other) {
    require(
        operation,
        type == other.type,
        "%s %s and %s %s differ in type",
        type,
        shape,
        other.type,
        other.shape);
  }

  private void floating(String operation) {
    require(operation, type.isFloating(), "needs a floating-point tensor, not %s", type);
  }

  private void require(String operation, boolean holds, String otherwise, Object... values) {
    trace.checkOpen();
    if (!holds) {
      throw new ShapeException(trace.located(operation + ": " + otherwise.formatted(values) + "."));
    }
  }
}
