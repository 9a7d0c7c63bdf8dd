package org.simcse.core.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.Shape;

/**
 * The nodes and constants of an ONNX graph that grows. A value is known by its name; equal
 * constants, sizes and shapes are added once. Sizes are {@code INT64}, vectors of one element
 * unless the method says otherwise.
 */
final class OnnxGraph {
  private final List<NodeProto> nodes = new ArrayList<>();
  private final Map<TensorProto, String> constants = new HashMap<>();
  private final Map<Dim, String> sizes = new HashMap<>();
  private final Map<Shape, String> shapes = new HashMap<>();
  private final Map<String, String> symbols = new HashMap<>();

  /** Returns an attribute of integers. */
  static AttributeProto integers(String name, List<Integer> values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INTS)
        .addAllInts(values.stream().map(Integer::longValue).toList())
        .build();
  }

  /** Returns an attribute of one integer. */
  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  /** Returns an attribute of one number. */
  static AttributeProto number(String name, double value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF((float) value)
        .build();
  }

  /** Adds a node with one output and returns that. */
  String node(String operator, List<String> inputs, AttributeProto... attributes) {
    return node(operator, 1, inputs, attributes).get(0);
  }

  /** Adds a node and returns its outputs. */
  List<String> node(String operator, int count, List<String> inputs, AttributeProto... attributes) {
    String name = operator + "_" + nodes.size();
    List<String> outputs =
        count == 1
            ? List.of(name)
            : IntStream.range(0, count).mapToObj(i -> name + "." + i).toList();
    add(operator, name, inputs, outputs, attributes);
    return outputs;
  }

  /** Adds an output of the graph, {@code FLOAT} or {@code INT64}, under a name of its own. */
  void output(String name, String value) {
    add("Identity", "output_" + name, List.of(value), List.of(name));
  }

  private void add(
      String operator,
      String name,
      List<String> inputs,
      List<String> outputs,
      AttributeProto... attributes) {
    nodes.add(
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(name)
            .addAllInput(inputs)
            .addAllOutput(outputs)
            .addAllAttribute(Arrays.asList(attributes))
            .build());
  }

  /** Returns single-precision numbers: a scalar, or a vector if there are several. */
  String numbers(double... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setDataType(TensorProto.DataType.FLOAT.getNumber());
    for (double value : values) {
      tensor.addFloatData((float) value);
    }
    if (values.length > 1) {
      tensor.addDims(values.length);
    }
    return constant(tensor);
  }

  /** Returns an integer scalar. */
  String scalar(long value) {
    return constant(
        TensorProto.newBuilder()
            .setDataType(TensorProto.DataType.INT64.getNumber())
            .addInt64Data(value));
  }

  /** Returns a vector of integers. */
  String vector(List<Long> values) {
    return constant(
        TensorProto.newBuilder()
            .setDataType(TensorProto.DataType.INT64.getNumber())
            .addDims(values.size())
            .addAllInt64Data(values));
  }

  private String constant(TensorProto.Builder tensor) {
    return constants.computeIfAbsent(tensor.build(), key -> "constant_" + constants.size());
  }

  /**
   * Lets every symbol of an input's shape be read from its size, unless an earlier input has it.
   */
  void symbols(String input, Shape shape) {
    for (int axis = 0; axis < shape.rank(); axis++) {
      Dim dim = shape.dim(axis);
      if (dim.isSymbol() && !symbols.containsKey(dim.toString())) {
        symbols.put(
            dim.toString(),
            node("Shape", List.of(input), integer("start", axis), integer("end", axis + 1L)));
      }
    }
  }

  /** Returns a size. */
  String size(Dim dim) {
    String known = sizes.get(dim);
    if (known == null) {
      known =
          dim.evaluate(
              symbol -> Objects.requireNonNull(symbols.get(symbol)),
              number -> vector(List.of(number)),
              (a, b) -> node("Add", List.of(a, b)),
              (a, b) -> node("Mul", List.of(a, b)));
      sizes.put(dim, known);
    }
    return known;
  }

  /** Returns a size as a scalar. */
  String scalarSize(Dim dim) {
    return dim.isFixed() ? scalar(dim.size()) : node("Squeeze", List.of(size(dim)));
  }

  /** Returns the sizes of a shape as a vector. */
  String sizes(Shape shape) {
    String known = shapes.get(shape);
    if (known == null) {
      known =
          shape.isFixed()
              ? vector(shape.dims().stream().map(Dim::size).toList())
              : node("Concat", shape.dims().stream().map(this::size).toList(), integer("axis", 0));
      shapes.put(shape, known);
    }
    return known;
  }

  /**
   * Returns the sizes of a shape for {@code Reshape}, where -1 stands for one that is not fixed:
   * runtimes then know all others before they run.
   */
  String target(Shape shape) {
    return shape.dims().stream().filter(dim -> !dim.isFixed()).count() == 1
        ? vector(shape.dims().stream().map(dim -> dim.isFixed() ? dim.size() : -1).toList())
        : sizes(shape);
  }

  /**
   * Moves the nodes and constants that lead to {@code outputs} to a graph.
   *
   * @return all names that these refer to, inputs and parameters among them
   */
  Set<String> moveTo(GraphProto.Builder graph, Set<String> outputs) {
    Set<String> needed = new HashSet<>(outputs);
    List<NodeProto> kept = new ArrayList<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      NodeProto node = nodes.get(i);
      if (!Collections.disjoint(needed, node.getOutputList())) {
        needed.addAll(node.getInputList());
        kept.add(node);
      }
    }
    Collections.reverse(kept);
    graph.addAllNode(kept);
    constants.forEach(
        (tensor, name) -> {
          if (needed.contains(name)) {
            graph.addInitializer(tensor.toBuilder().setName(name));
          }
        });
    return needed;
  }
}
