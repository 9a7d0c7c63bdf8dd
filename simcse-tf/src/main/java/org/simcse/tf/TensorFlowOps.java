package org.simcse.tf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.simcse.api.tensor.Attention;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.Dropout;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.TensorOps;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;

/**
 * The operations of one trace, added to the backend's graph.
 *
 * <p>They are built by their names in TensorFlow, not through {@code Ops}: that class chooses
 * {@code BatchMatMulV3} and {@code Add}, which TensorFlow does not fuse. Where an element-wise
 * operation meets both floating-point types, as the compositions do with their constants, the
 * second operand is cast to the type of the first, or a scalar to that of the other.
 */
final class TensorFlowOps implements TensorOps<Output<?>> {
  private final GraphSession graph;
  private final Sizes sizes;
  private final FusedKernels fused;
  private final ElementTypes types;
  private final Products products;

  TensorFlowOps(GraphSession graph, Sizes sizes, FusedKernels fused) {
    this.graph = graph;
    this.sizes = sizes;
    this.fused = fused;
    types = new ElementTypes(graph);
    products = new Products(graph, sizes, fused);
  }

  // creation

  @Override
  public Output<?> constant(double value) {
    return graph.constant((float) value);
  }

  @Override
  public Output<?> size(Dim dim) {
    return cast(sizes.scalar(dim), ElementType.FLOAT);
  }

  @Override
  public Output<?> iota(Dim n) {
    return graph.op(
        "Range", graph.constant(0L), cast(sizes.scalar(n), ElementType.INT), graph.constant(1L));
  }

  // element-wise

  @Override
  public Output<?> neg(Output<?> x) {
    return graph.op("Neg", x);
  }

  @Override
  public Output<?> exp(Output<?> x) {
    return graph.op("Exp", x);
  }

  @Override
  public Output<?> log(Output<?> x) {
    return graph.op("Log", x);
  }

  @Override
  public Output<?> sqrt(Output<?> x) {
    return graph.op("Sqrt", x);
  }

  @Override
  public Output<?> tanh(Output<?> x) {
    return graph.op("Tanh", x);
  }

  @Override
  public Output<?> erf(Output<?> x) {
    return graph.op("Erf", x);
  }

  @Override
  public Output<?> add(Output<?> a, Output<?> b) {
    return binary("AddV2", a, b);
  }

  @Override
  public Output<?> sub(Output<?> a, Output<?> b) {
    return binary("Sub", a, b);
  }

  @Override
  public Output<?> mul(Output<?> a, Output<?> b) {
    return binary("Mul", a, b);
  }

  @Override
  public Output<?> div(Output<?> a, Output<?> b) {
    return binary("RealDiv", a, b);
  }

  @Override
  public Output<?> maximum(Output<?> a, Output<?> b) {
    return binary("Maximum", a, b);
  }

  @Override
  public Output<?> greater(Output<?> a, Output<?> b) {
    return binary("Greater", a, b);
  }

  @Override
  public Output<?> equal(Output<?> a, Output<?> b) {
    return binary("Equal", a, b);
  }

  @Override
  public Output<?> where(Output<?> condition, Output<?> a, Output<?> b) {
    Output<?> x = a.shape().numDimensions() == 0 ? types.like(b, a) : a;
    return graph.op("SelectV2", condition, x, types.like(x, b));
  }

  // products and reductions

  @Override
  public Output<?> matmul(Output<?> a, Output<?> b, boolean transposeA, boolean transposeB) {
    return products.matmul(a, b, transposeA, transposeB);
  }

  @Override
  public Output<?> sum(Output<?> x, List<Integer> axes, boolean keepDims) {
    return reduce("Sum", x, axes, keepDims);
  }

  @Override
  public Output<?> max(Output<?> x, int axis, boolean keepDims) {
    return reduce("Max", x, List.of(axis), keepDims);
  }

  @Override
  public Output<?> reshape(Output<?> x, Shape shape) {
    return graph.op("Reshape", x, sizes.target(shape));
  }

  @Override
  public Output<?> transpose(Output<?> x, List<Integer> permutation) {
    return graph.op("Transpose", x, indices(permutation));
  }

  @Override
  public Output<?> concat(List<Output<?>> parts, int axis) {
    return graph.op("ConcatV2", Map.of(), parts, graph.index(axis));
  }

  @Override
  public Output<?> slice(Output<?> x, int axis, Dim start, Dim length) {
    int rank = x.shape().numDimensions();
    List<Output<?>> from = new ArrayList<>(Collections.nCopies(rank, graph.index(0)));
    List<Output<?>> count = new ArrayList<>(Collections.nCopies(rank, graph.index(-1)));
    from.set(axis, sizes.scalar(start));
    count.set(axis, sizes.scalar(length));
    return graph.op("Slice", x, sizes.pack(from), sizes.pack(count));
  }

  @Override
  public Output<?> broadcastTo(Output<?> x, Shape shape) {
    return graph.op("BroadcastTo", x, sizes.vector(shape));
  }

  // rows and types

  @Override
  public Output<?> take(Output<?> table, Output<?> rows) {
    return graph.op("GatherV2", table, rows, graph.index(0));
  }

  @Override
  public Output<?> oneHot(Output<?> ids, Dim depth) {
    return graph.op("OneHot", ids, sizes.scalar(depth), graph.constant(1f), graph.constant(0f));
  }

  @Override
  public Output<?> cast(Output<?> x, ElementType type) {
    Output<?> result = types.cast(x, ElementTypes.of(type));
    // TensorFlow would send a gradient back into the integers.
    return ElementTypes.isFloating(x) || !type.isFloating() ? result : stopGradient(result);
  }

  @Override
  public Output<?> stopGradient(Output<?> x) {
    return graph.op("StopGradient", x);
  }

  @Override
  public Output<?> uniform(Output<?> seed, int site, List<Output<?>> keys, Shape shape) {
    return new PortableDraws(this, graph).uniform(seed, site, keys, shape);
  }

  @Override
  public Output<?> softmax(Output<?> x, int axis) {
    return axis == x.shape().numDimensions() - 1
        ? graph.op("Softmax", x)
        : TensorOps.super.softmax(x, axis);
  }

  @Override
  public Output<?> logSoftmax(Output<?> x, int axis) {
    // TensorFlow's gradient is wrong for all but matrices: it sums over axis 1.
    return axis == 1 && x.shape().numDimensions() == 2
        ? graph.op("LogSoftmax", x)
        : TensorOps.super.logSoftmax(x, axis);
  }

  @Override
  public Output<?> mean(Output<?> x, List<Integer> axes, boolean keepDims, Dim count) {
    return reduce("Mean", x, axes, keepDims);
  }

  @Override
  public Output<?> layerNorm(
      Output<?> x, int lastAxis, Dim width, Output<?> weight, Output<?> bias, double eps) {
    return fused
        .layerNorm(x, weight, bias, eps)
        .orElseGet(() -> TensorOps.super.layerNorm(x, lastAxis, width, weight, bias, eps));
  }

  @Override
  public Output<?> gelu(Output<?> x) {
    return fused.gelu(x).orElseGet(() -> TensorOps.super.gelu(x));
  }

  @Override
  public Output<?> linear(Output<?> x, Output<?> weight, Output<?> bias, Shape result) {
    return products.linear(x, types.like(x, weight), types.like(x, bias), result);
  }

  @Override
  public Output<?> attention(Attention<Output<?>> x) {
    if (x.type() != ElementType.FLOAT) {
      return TensorOps.super.attention(x);
    }
    Output<?> logits =
        fused
            .scores(x.query(), x.key(), x.mask(), x.scale())
            // The query is smaller than the scores of all but short sentences.
            .orElseGet(
                () ->
                    add(
                        matmul(mul(x.query(), constant(x.scale())), x.key(), false, true),
                        x.mask()));
    Output<?> weights = dropout(graph.op("Softmax", logits), x.scores(), x.dropout());
    return matmul(weights, x.value(), false, false);
  }

  @Override
  public Output<?> dropout(Output<?> x, Shape shape, Dropout<Output<?>> dropout) {
    if (dropout.rate() == 0 || !dropout.keys().isEmpty()) {
      return TensorOps.super.dropout(x, shape, dropout);
    }
    Output<?> draws =
        graph.op(
            "StatelessRandomUniform",
            Map.of("dtype", DataType.DT_FLOAT),
            sizes.vector(shape),
            sizes.pack(List.of(dropout.seed(), graph.constant((long) dropout.site()))));
    Output<?> kept = cast(greater(draws, constant(dropout.rate())), ElementType.FLOAT);
    return mul(x, mul(kept, constant(1 / (1 - dropout.rate()))));
  }

  @Override
  public Output<?> crossEntropy(Output<?> logits, Output<?> labels, Dim classes) {
    // The sparse form has no gradient in graph mode.
    return graph.op(
        "SoftmaxCrossEntropyWithLogits", logits, types.like(logits, oneHot(labels, classes)));
  }

  private Output<?> binary(String type, Output<?> a, Output<?> b) {
    Output<?> x = a.shape().numDimensions() == 0 ? types.like(b, a) : a;
    return graph.op(type, x, types.like(x, b));
  }

  private Output<?> reduce(String type, Output<?> x, List<Integer> axes, boolean keepDims) {
    return graph.op(type, Map.of("keep_dims", keepDims), x, indices(axes));
  }

  private Output<?> indices(List<Integer> values) {
    return graph.indices(values.stream().mapToInt(Integer::intValue).toArray());
  }
}
