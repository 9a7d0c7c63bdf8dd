package org.simcse.tf;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.simcse.api.engine.Signature;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.Shape;
import org.tensorflow.Output;

/**
 * The sizes of one trace as values in the graph, 32-bit integers: symbols are read from the shapes
 * of the inputs when the program runs.
 */
final class Sizes {
  private final GraphSession graph;
  private final Map<String, Output<?>> symbols = new HashMap<>();

  Sizes(GraphSession graph) {
    this.graph = graph;
  }

  /** Records the symbols that are by themselves the size of an axis of this input. */
  void learn(Signature.Input input, Output<?> placeholder) {
    for (int axis = 0; axis < input.shape().rank(); axis++) {
      Dim dim = input.shape().dim(axis);
      if (dim.isSymbol() && !symbols.containsKey(dim.toString())) {
        symbols.put(dim.toString(), axis(placeholder, axis));
      }
    }
  }

  /** Returns the size of one axis of a value: a constant where it is known. */
  Output<?> axis(Output<?> value, int axis) {
    long size = value.shape().get(axis);
    return size >= 0
        ? graph.index(Math.toIntExact(size))
        : graph.op(
            "StridedSlice",
            Map.of("shrink_axis_mask", 1L),
            graph.op("Shape", value),
            graph.indices(axis),
            graph.indices(axis + 1),
            graph.indices(1));
  }

  /** Returns a scalar. */
  Output<?> scalar(Dim dim) {
    return dim.<Output<?>>evaluate(
        symbols::get,
        number -> graph.index(Math.toIntExact(number)),
        (a, b) -> graph.op("AddV2", a, b),
        (a, b) -> graph.op("Mul", a, b));
  }

  /** Returns a vector of all sizes. */
  Output<?> vector(Shape shape) {
    return shape.isFixed()
        ? graph.indices(
            shape.dims().stream().mapToInt(dim -> Math.toIntExact(dim.size())).toArray())
        : pack(shape.dims().stream().<Output<?>>map(this::scalar).toList());
  }

  /**
   * Returns a vector to reshape to: a single unknown size is left to TensorFlow, which saves the
   * arithmetic, unless the other sizes may be 0.
   */
  Output<?> target(Shape shape) {
    boolean divisible = shape.dims().stream().noneMatch(dim -> dim.is(0));
    return divisible && shape.dims().stream().filter(dim -> !dim.isFixed()).count() == 1
        ? graph.indices(
            shape.dims().stream()
                .mapToInt(dim -> dim.isFixed() ? Math.toIntExact(dim.size()) : -1)
                .toArray())
        : vector(shape);
  }

  /** Returns scalars as a vector. */
  Output<?> pack(List<Output<?>> sizes) {
    return graph.op("Pack", Map.of(), sizes);
  }
}
