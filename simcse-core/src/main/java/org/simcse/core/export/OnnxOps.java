package org.simcse.core.export;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.TensorOps;

/**
 * Adds one node of ONNX's operator set {@value #OPSET} or a few per operation; a handle is the name
 * of a value. Forward only: there are no gradients and no dropout.
 */
class OnnxOps implements TensorOps<OnnxOps.Value> {
  /** The version of the operator set: the first with {@code LayerNormalization}. */
  static final int OPSET = 17;

  /**
   * A value of the graph.
   *
   * @param name the name
   * @param rank the number of axes
   * @param parameter the shape if it is a parameter
   */
  record Value(String name, int rank, Optional<Shape> parameter) {
    Value(String name, int rank) {
      this(name, rank, Optional.empty());
    }

    boolean matrix() {
      return rank == 2 && parameter.isPresent();
    }
  }

  private final OnnxGraph graph;
  private final Map<String, OnnxWeight> weights = new LinkedHashMap<>();

  /** Creates the operations of a new graph. */
  OnnxOps(OnnxGraph graph) {
    this.graph = graph;
  }

  /** Returns a parameter. */
  Value parameter(String name, Shape shape) {
    return new Value(weight(name, shape, OnnxWeight.Form.PLAIN), shape.rank(), Optional.of(shape));
  }

  /** Returns the initializers that nodes may refer to, by name. */
  Map<String, OnnxWeight> weights() {
    return weights;
  }

  private String weight(String parameter, Shape shape, OnnxWeight.Form form) {
    OnnxWeight weight = new OnnxWeight(parameter, shape, form);
    weights.put(weight.name(), weight);
    return weight.name();
  }

  /** Returns an initializer made of a parameter. */
  final String weight(Value matrix, OnnxWeight.Form form) {
    return weight(matrix.name(), matrix.parameter().orElseThrow(), form);
  }

  private Value elementwise(String operator, Value... operands) {
    return new Value(
        graph.node(operator, Arrays.stream(operands).map(Value::name).toList()),
        Arrays.stream(operands).mapToInt(Value::rank).max().orElseThrow());
  }

  // creation

  @Override
  public Value constant(double value) {
    return new Value(graph.numbers(value), 0);
  }

  @Override
  public Value size(Dim dim) {
    return dim.isFixed()
        ? constant((double) dim.size())
        : cast(new Value(graph.scalarSize(dim), 0), ElementType.FLOAT);
  }

  @Override
  public Value iota(Dim n) {
    return new Value(
        graph.node("Range", List.of(graph.scalar(0), graph.scalarSize(n), graph.scalar(1))), 1);
  }

  // element-wise

  @Override
  public Value neg(Value x) {
    return elementwise("Neg", x);
  }

  @Override
  public Value exp(Value x) {
    return elementwise("Exp", x);
  }

  @Override
  public Value log(Value x) {
    return elementwise("Log", x);
  }

  @Override
  public Value sqrt(Value x) {
    return elementwise("Sqrt", x);
  }

  @Override
  public Value tanh(Value x) {
    return elementwise("Tanh", x);
  }

  @Override
  public Value erf(Value x) {
    return elementwise("Erf", x);
  }

  @Override
  public Value add(Value a, Value b) {
    return elementwise("Add", a, b);
  }

  @Override
  public Value sub(Value a, Value b) {
    return elementwise("Sub", a, b);
  }

  @Override
  public Value mul(Value a, Value b) {
    return elementwise("Mul", a, b);
  }

  @Override
  public Value div(Value a, Value b) {
    return elementwise("Div", a, b);
  }

  @Override
  public Value maximum(Value a, Value b) {
    return elementwise("Max", a, b);
  }

  @Override
  public Value greater(Value a, Value b) {
    return elementwise("Greater", a, b);
  }

  @Override
  public Value equal(Value a, Value b) {
    return elementwise("Equal", a, b);
  }

  @Override
  public Value where(Value condition, Value a, Value b) {
    return elementwise("Where", condition, a, b);
  }

  // products and reductions

  @Override
  public Value matmul(Value a, Value b, boolean transposeA, boolean transposeB) {
    Value left = transposeA ? transposed(a) : a;
    if (b.matrix() && transposeB) {
      return product(left, b);
    }
    Value right = transposeB ? transposed(b) : b;
    return elementwise("MatMul", left, right);
  }

  /**
   * Returns {@code x weightᵀ} of a parameter {@code weight [out, in]}, which is stored transposed.
   */
  Value product(Value x, Value weight) {
    return new Value(
        graph.node("MatMul", List.of(x.name(), weight(weight, OnnxWeight.Form.TRANSPOSED))),
        x.rank());
  }

  private Value transposed(Value x) {
    List<Integer> order =
        IntStream.range(0, x.rank()).boxed().collect(Collectors.toCollection(ArrayList::new));
    order.add(order.remove(x.rank() - 2));
    return transpose(x, order);
  }

  @Override
  public Value sum(Value x, List<Integer> axes, boolean keepDims) {
    String which = graph.vector(axes.stream().map(Integer::longValue).toList());
    return new Value(
        graph.node(
            "ReduceSum", List.of(x.name(), which), OnnxGraph.integer("keepdims", keepDims ? 1 : 0)),
        keepDims ? x.rank() : x.rank() - axes.size());
  }

  @Override
  public Value max(Value x, int axis, boolean keepDims) {
    return reduce("ReduceMax", x, List.of(axis), keepDims);
  }

  @Override
  public Value mean(Value x, List<Integer> axes, boolean keepDims, Dim count) {
    return reduce("ReduceMean", x, axes, keepDims);
  }

  private Value reduce(String operator, Value x, List<Integer> axes, boolean keepDims) {
    return new Value(
        graph.node(
            operator,
            List.of(x.name()),
            OnnxGraph.integers("axes", axes),
            OnnxGraph.integer("keepdims", keepDims ? 1 : 0)),
        keepDims ? x.rank() : x.rank() - axes.size());
  }

  // shape

  @Override
  public Value reshape(Value x, Shape shape) {
    return new Value(graph.node("Reshape", List.of(x.name(), graph.target(shape))), shape.rank());
  }

  @Override
  public Value transpose(Value x, List<Integer> permutation) {
    return new Value(
        graph.node("Transpose", List.of(x.name()), OnnxGraph.integers("perm", permutation)),
        x.rank());
  }

  @Override
  public Value concat(List<Value> parts, int axis) {
    return new Value(
        graph.node(
            "Concat", parts.stream().map(Value::name).toList(), OnnxGraph.integer("axis", axis)),
        parts.get(0).rank());
  }

  @Override
  public Value slice(Value x, int axis, Dim start, Dim length) {
    return new Value(
        graph.node(
            "Slice",
            List.of(
                x.name(),
                graph.size(start),
                graph.size(start.plus(length)),
                graph.vector(List.of((long) axis)))),
        x.rank());
  }

  @Override
  public Value broadcastTo(Value x, Shape shape) {
    return new Value(graph.node("Expand", List.of(x.name(), graph.sizes(shape))), shape.rank());
  }

  // rows and types

  @Override
  public Value take(Value table, Value rows) {
    return new Value(
        graph.node("Gather", List.of(table.name(), rows.name())), rows.rank() + table.rank() - 1);
  }

  @Override
  public Value oneHot(Value ids, Dim depth) {
    return new Value(
        graph.node("OneHot", List.of(ids.name(), graph.size(depth), graph.numbers(0, 1))),
        ids.rank() + 1);
  }

  @Override
  public Value cast(Value x, ElementType type) {
    return new Value(cast(x.name(), type), x.rank());
  }

  final String cast(String x, ElementType type) {
    return graph.node("Cast", List.of(x), OnnxGraph.integer("to", number(type)));
  }

  /** Returns the number by which ONNX knows a type. */
  static int number(ElementType type) {
    return switch (type) {
      case FLOAT -> TensorProto.DataType.FLOAT.getNumber();
      case BFLOAT16 -> TensorProto.DataType.BFLOAT16.getNumber();
      case INT -> TensorProto.DataType.INT64.getNumber();
      case BOOL -> TensorProto.DataType.BOOL.getNumber();
    };
  }

  @Override
  public Value stopGradient(Value x) {
    return x;
  }

  @Override
  public Value uniform(Value seed, int site, List<Value> keys, Shape shape) {
    throw new UnsupportedOperationException("An exported program draws no random numbers.");
  }

  // compositions of which the operator set has an operator

  @Override
  public Value softmax(Value x, int axis) {
    return along("Softmax", x, axis);
  }

  @Override
  public Value logSoftmax(Value x, int axis) {
    return along("LogSoftmax", x, axis);
  }

  /** As PyTorch's exporter writes it, which ONNX Runtime fuses into one kernel. */
  @Override
  public Value gelu(Value x) {
    Value cumulative = add(erf(div(x, constant(Math.sqrt(2)))), constant(1));
    return mul(mul(x, cumulative), constant(0.5));
  }

  private Value along(String operator, Value x, int axis) {
    return new Value(
        graph.node(operator, List.of(x.name()), OnnxGraph.integer("axis", axis)), x.rank());
  }

  @Override
  public Value layerNorm(Value x, int lastAxis, Dim width, Value weight, Value bias, double eps) {
    return new Value(
        graph.node(
            "LayerNormalization",
            List.of(x.name(), weight.name(), bias.name()),
            OnnxGraph.integer("axis", lastAxis),
            OnnxGraph.number("epsilon", eps)),
        x.rank());
  }
}
