package org.simcse.tests.ops;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.tensor.Attention;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.Dropout;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.TensorOps;
import org.simcse.api.tensor.TraceListener;

/**
 * Checks how operations are called, without changing their results.
 *
 * <p>For every handle it derives shape and type independently, and compares them with those of
 * {@code Tensor}, so that a mistake in either shows. A handle that this pass did not create, an
 * axis beyond the rank or an operand of the wrong type is an {@link AssertionError}.
 *
 * @param <H> the engine's handle
 * @since 0.1.0
 */
public final class AssertingOps<H> implements TensorOps<H>, TraceListener<H> {
  private record Known(Shape shape, ElementType type) {}

  private final TensorOps<H> ops;
  private final IdentityHashMap<H, Known> known = new IdentityHashMap<>();

  private AssertingOps(TensorOps<H> ops) {
    this.ops = ops;
  }

  /** Returns a decorator that adds the checks to every trace. */
  public static BackendConfig.OpsDecorator decorator() {
    return new BackendConfig.OpsDecorator() {
      @Override
      public <H> TensorOps<H> decorate(TensorOps<H> ops) {
        return new AssertingOps<>(ops);
      }
    };
  }

  private static void require(boolean holds, String otherwise, Object... values) {
    if (!holds) {
      throw new AssertionError(otherwise.formatted(values));
    }
  }

  private Known of(String operation, H handle) {
    Known value = known.get(handle);
    if (value == null) {
      throw new AssertionError(
          "%s: the operand %s is not of this pass.".formatted(operation, handle));
    }
    return value;
  }

  private H result(H handle, Shape shape, ElementType type) {
    known.put(handle, new Known(shape, type));
    return handle;
  }

  @Override
  public void made(H handle, Shape shape, ElementType type) {
    Known value = known.get(handle);
    if (value == null) {
      result(handle, shape, type);
    } else {
      require(
          value.shape.equals(shape) && value.type == type,
          "The operations make it %s %s, Tensor says %s %s.",
          value.type,
          value.shape,
          type,
          shape);
    }
  }

  private Known typed(String operation, H handle, ElementType... allowed) {
    Known value = of(operation, handle);
    require(
        List.of(allowed).contains(value.type),
        "%s: an operand is %s, not one of %s.",
        operation,
        value.type,
        List.of(allowed));
    return value;
  }

  private Known floating(String operation, H handle) {
    return typed(operation, handle, ElementType.FLOAT, ElementType.BFLOAT16);
  }

  private Known axis(String operation, H handle, int axis) {
    Known value = of(operation, handle);
    require(
        axis >= 0 && axis < value.shape.rank(),
        "%s: there is no axis %s in %s.",
        operation,
        axis,
        value.shape);
    return value;
  }

  /** Broadcasts by NumPy's rule, from the last axis; independent of {@link Shape#broadcast}. */
  private static Shape stretch(String operation, Shape a, Shape b) {
    List<Dim> dims = new ArrayList<>();
    for (int back = 1; back <= Math.max(a.rank(), b.rank()); back++) {
      Dim x = back <= a.rank() ? a.dims().get(a.rank() - back) : Dim.of(1);
      Dim y = back <= b.rank() ? b.dims().get(b.rank() - back) : Dim.of(1);
      require(
          x.equals(y) || x.equals(Dim.of(1)) || y.equals(Dim.of(1)),
          "%s: %s and %s do not stretch to a common shape.",
          operation,
          a,
          b);
      dims.add(0, x.equals(Dim.of(1)) ? y : x);
    }
    return new Shape(dims);
  }

  private H unary(String operation, H x, H result) {
    Known value = floating(operation, x);
    return result(result, value.shape, value.type);
  }

  private H binary(String operation, H a, H b, H result) {
    Known left = of(operation, a);
    return result(result, pair(operation, a, b), left.type);
  }

  private Shape pair(String operation, H a, H b) {
    Known left = of(operation, a);
    Known right = of(operation, b);
    require(
        left.type == right.type && left.type != ElementType.BOOL,
        "%s: operands are %s and %s.",
        operation,
        left.type,
        right.type);
    return stretch(operation, left.shape, right.shape);
  }

  @Override
  public H constant(double value) {
    return result(ops.constant(value), Shape.scalar(), ElementType.FLOAT);
  }

  @Override
  public H size(Dim dim) {
    return result(ops.size(dim), Shape.scalar(), ElementType.FLOAT);
  }

  @Override
  public H iota(Dim n) {
    return result(ops.iota(n), Shape.of(n), ElementType.INT);
  }

  @Override
  public H neg(H x) {
    Known value = typed("neg", x, ElementType.FLOAT, ElementType.BFLOAT16, ElementType.INT);
    return result(ops.neg(x), value.shape, value.type);
  }

  @Override
  public H exp(H x) {
    return unary("exp", x, ops.exp(x));
  }

  @Override
  public H log(H x) {
    return unary("log", x, ops.log(x));
  }

  @Override
  public H sqrt(H x) {
    return unary("sqrt", x, ops.sqrt(x));
  }

  @Override
  public H tanh(H x) {
    return unary("tanh", x, ops.tanh(x));
  }

  @Override
  public H erf(H x) {
    return unary("erf", x, ops.erf(x));
  }

  @Override
  public H gelu(H x) {
    return unary("gelu", x, ops.gelu(x));
  }

  @Override
  public H add(H a, H b) {
    return binary("add", a, b, ops.add(a, b));
  }

  @Override
  public H sub(H a, H b) {
    return binary("sub", a, b, ops.sub(a, b));
  }

  @Override
  public H mul(H a, H b) {
    return binary("mul", a, b, ops.mul(a, b));
  }

  @Override
  public H maximum(H a, H b) {
    return binary("maximum", a, b, ops.maximum(a, b));
  }

  @Override
  public H div(H a, H b) {
    floating("div", a);
    return binary("div", a, b, ops.div(a, b));
  }

  @Override
  public H greater(H a, H b) {
    return result(ops.greater(a, b), pair("greater", a, b), ElementType.BOOL);
  }

  @Override
  public H equal(H a, H b) {
    return result(ops.equal(a, b), pair("equal", a, b), ElementType.BOOL);
  }

  @Override
  public H where(H condition, H a, H b) {
    Shape shape = typed("where", condition, ElementType.BOOL).shape;
    Shape both = pair("where", a, b);
    ElementType type = of("where", a).type;
    return result(ops.where(condition, a, b), stretch("where", shape, both), type);
  }

  @Override
  public H matmul(H a, H b, boolean transposeA, boolean transposeB) {
    List<Dim> left = matrix(floating("matmul", a).shape, transposeA);
    List<Dim> right = matrix(floating("matmul", b).shape, transposeB);
    require(left.get(1).equals(right.get(0)), "matmul: the inner sizes of %s x %s.", left, right);
    Shape batch = stretch("matmul", batch(of("matmul", a).shape), batch(of("matmul", b).shape));
    Shape shape = batch.concat(Shape.of(left.get(0), right.get(1)));
    return result(ops.matmul(a, b, transposeA, transposeB), shape, of("matmul", a).type);
  }

  private static List<Dim> matrix(Shape shape, boolean transposed) {
    require(shape.rank() >= 2, "matmul: %s is no matrix.", shape);
    List<Dim> dims = shape.dims().subList(shape.rank() - 2, shape.rank());
    return transposed ? List.of(dims.get(1), dims.get(0)) : dims;
  }

  private static Shape batch(Shape shape) {
    return new Shape(shape.dims().subList(0, shape.rank() - 2));
  }

  private H reduced(String operation, H x, List<Integer> axes, boolean keepDims, H result) {
    List<Dim> dims = new ArrayList<>(of(operation, x).shape.dims());
    for (int axis = dims.size() - 1; axis >= 0; axis--) {
      if (axes.contains(axis) && keepDims) {
        dims.set(axis, Dim.of(1));
      } else if (axes.contains(axis)) {
        dims.remove(axis);
      }
    }
    return result(result, new Shape(dims), of(operation, x).type);
  }

  @Override
  public H sum(H x, List<Integer> axes, boolean keepDims) {
    axes.forEach(axis -> axis("sum", x, axis));
    return reduced("sum", x, axes, keepDims, ops.sum(x, axes, keepDims));
  }

  @Override
  public H mean(H x, List<Integer> axes, boolean keepDims, Dim count) {
    Dim elements = Dim.of(1);
    for (int axis : axes) {
      elements = elements.times(axis("mean", x, axis).shape.dims().get(axis));
    }
    require(elements.equals(count), "mean: %s elements are said to be %s.", elements, count);
    floating("mean", x);
    return reduced("mean", x, axes, keepDims, ops.mean(x, axes, keepDims, count));
  }

  @Override
  public H max(H x, int axis, boolean keepDims) {
    axis("max", x, axis);
    return reduced("max", x, List.of(axis), keepDims, ops.max(x, axis, keepDims));
  }

  @Override
  public H reshape(H x, Shape shape) {
    Known value = of("reshape", x);
    require(
        elements(value.shape).equals(elements(shape)),
        "reshape: %s and %s differ in size.",
        value.shape,
        shape);
    return result(ops.reshape(x, shape), shape, value.type);
  }

  private static Dim elements(Shape shape) {
    Dim count = Dim.of(1);
    for (Dim dim : shape.dims()) {
      count = count.times(dim);
    }
    return count;
  }

  @Override
  public H transpose(H x, List<Integer> permutation) {
    Known value = of("transpose", x);
    List<Dim> dims = new ArrayList<>();
    permutation.forEach(axis -> dims.add(axis("transpose", x, axis).shape.dims().get(axis)));
    require(
        dims.size() == value.shape.rank() && permutation.stream().distinct().count() == dims.size(),
        "transpose: %s is no order of the axes of %s.",
        permutation,
        value.shape);
    return result(ops.transpose(x, permutation), new Shape(dims), value.type);
  }

  @Override
  public H concat(List<H> parts, int axis) {
    Known first = axis("concat", parts.get(0), axis);
    Dim total = Dim.of(0);
    for (H part : parts) {
      Known value = axis("concat", part, axis);
      require(
          value.type == first.type
              && replaced(value.shape, axis, Dim.of(1))
                  .equals(replaced(first.shape, axis, Dim.of(1))),
          "concat: %s and %s do not fit.",
          first,
          value);
      total = total.plus(value.shape.dims().get(axis));
    }
    return result(ops.concat(parts, axis), replaced(first.shape, axis, total), first.type);
  }

  private static Shape replaced(Shape shape, int axis, Dim dim) {
    List<Dim> dims = new ArrayList<>(shape.dims());
    dims.set(axis, dim);
    return new Shape(dims);
  }

  @Override
  public H slice(H x, int axis, Dim start, Dim length) {
    Known value = axis("slice", x, axis);
    Dim size = value.shape.dims().get(axis);
    require(
        !(size.isFixed() && start.isFixed() && length.isFixed())
            || start.size() + length.size() <= size.size(),
        "slice: %s elements from %s on do not lie within axis %s of %s.",
        length,
        start,
        axis,
        value.shape);
    return result(
        ops.slice(x, axis, start, length), replaced(value.shape, axis, length), value.type);
  }

  @Override
  public H broadcastTo(H x, Shape shape) {
    Known value = of("broadcastTo", x);
    require(
        stretch("broadcastTo", value.shape, shape).equals(shape),
        "broadcastTo: %s does not stretch to %s.",
        value.shape,
        shape);
    return result(ops.broadcastTo(x, shape), shape, value.type);
  }

  @Override
  public H take(H table, H rows) {
    Known entries = axis("take", table, 0);
    List<Dim> dims = new ArrayList<>(typed("take", rows, ElementType.INT).shape.dims());
    dims.addAll(entries.shape.dims().subList(1, entries.shape.rank()));
    return result(ops.take(table, rows), new Shape(dims), entries.type);
  }

  @Override
  public H oneHot(H ids, Dim depth) {
    List<Dim> dims = new ArrayList<>(typed("oneHot", ids, ElementType.INT).shape.dims());
    dims.add(depth);
    return result(ops.oneHot(ids, depth), new Shape(dims), ElementType.FLOAT);
  }

  @Override
  public H cast(H x, ElementType type) {
    return result(ops.cast(x, type), of("cast", x).shape, type);
  }

  @Override
  public H stopGradient(H x) {
    Known value = of("stopGradient", x);
    return result(ops.stopGradient(x), value.shape, value.type);
  }

  @Override
  public H uniform(H seed, int site, List<H> keys, Shape shape) {
    require(
        typed("uniform", seed, ElementType.INT).shape.rank() == 0,
        "uniform: the seed is no scalar.");
    keyed("uniform", keys, shape);
    return result(ops.uniform(seed, site, keys, shape), shape, ElementType.FLOAT);
  }

  private void keyed(String operation, List<H> keys, Shape shape) {
    require(
        !keys.isEmpty() && shape.rank() >= 1 && keys.size() + shape.rank() <= 5,
        "%s: %s keys for %s.",
        operation,
        keys.size(),
        shape);
    for (H key : keys) {
      require(
          typed(operation, key, ElementType.INT).shape.equals(Shape.of(shape.dims().get(0))),
          "%s: keys %s for %s.",
          operation,
          of(operation, key).shape,
          shape);
    }
  }

  @Override
  public H softmax(H x, int axis) {
    axis("softmax", x, axis);
    return unary("softmax", x, ops.softmax(x, axis));
  }

  @Override
  public H logSoftmax(H x, int axis) {
    axis("logSoftmax", x, axis);
    return unary("logSoftmax", x, ops.logSoftmax(x, axis));
  }

  @Override
  public H normalize(H x, int axis, double eps) {
    axis("normalize", x, axis);
    return unary("normalize", x, ops.normalize(x, axis, eps));
  }

  @Override
  public H layerNorm(H x, int lastAxis, Dim width, H weight, H bias, double eps) {
    Known value = axis("layerNorm", x, lastAxis);
    Shape last = Shape.of(width);
    require(
        lastAxis == value.shape.rank() - 1
            && value.shape.dims().get(lastAxis).equals(width)
            && floating("layerNorm", weight).shape.equals(last)
            && floating("layerNorm", bias).shape.equals(last),
        "layerNorm: weight or bias do not fit %s.",
        value.shape);
    return unary("layerNorm", x, ops.layerNorm(x, lastAxis, width, weight, bias, eps));
  }

  @Override
  public H linear(H x, H weight, H bias, Shape result) {
    Known value = floating("linear", x);
    List<Dim> sizes = floating("linear", weight).shape.dims();
    int last = value.shape.rank() - 1;
    require(
        sizes.size() == 2
            && value.shape.dims().get(last).equals(sizes.get(1))
            && floating("linear", bias).shape.equals(Shape.of(sizes.get(0)))
            && replaced(value.shape, last, sizes.get(0)).equals(result),
        "linear: %s with the weight %s does not give %s.",
        value.shape,
        sizes,
        result);
    return result(ops.linear(x, weight, bias, result), result, value.type);
  }

  @Override
  public H attention(Attention<H> x) {
    Known query = typed("attention", x.query(), x.type());
    Shape keys = typed("attention", x.key(), x.type()).shape;
    require(
        query.shape.rank() == 4
            && keys.equals(typed("attention", x.value(), x.type()).shape)
            && query.type.isFloating(),
        "attention: query %s and key %s.",
        query,
        keys);
    List<Dim> q = query.shape.dims();
    Shape expected = Shape.of(q.get(0), q.get(1), q.get(2), keys.dims().get(2));
    Shape mask = typed("attention", x.mask(), ElementType.FLOAT).shape;
    require(
        x.scores().equals(expected) && stretch("attention", mask, expected).equals(expected),
        "attention: scores %s are said to be %s.",
        expected,
        x.scores());
    drawn("attention", x.dropout(), expected);
    return result(ops.attention(x), query.shape, query.type);
  }

  @Override
  public H dropout(H x, Shape shape, Dropout<H> dropout) {
    require(
        floating("dropout", x).shape.equals(shape),
        "dropout: %s is said to be %s.",
        of("dropout", x).shape,
        shape);
    drawn("dropout", dropout, shape);
    return unary("dropout", x, ops.dropout(x, shape, dropout));
  }

  private void drawn(String operation, Dropout<H> dropout, Shape shape) {
    of(operation, dropout.seed());
    if (!dropout.keys().isEmpty()) {
      keyed(operation, dropout.keys(), shape);
    }
  }

  @Override
  public H crossEntropy(H logits, H labels, Dim classes) {
    List<Dim> sizes = floating("crossEntropy", logits).shape.dims();
    Shape rows = typed("crossEntropy", labels, ElementType.INT).shape;
    require(
        sizes.equals(List.of(rows.dim(0), classes)) && rows.rank() == 1,
        "crossEntropy: logits %s, labels %s, %s classes.",
        sizes,
        rows,
        classes);
    return result(ops.crossEntropy(logits, labels, classes), rows, of("crossEntropy", logits).type);
  }
}
