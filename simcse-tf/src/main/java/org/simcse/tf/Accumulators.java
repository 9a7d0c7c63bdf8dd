package org.simcse.tf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.simcse.api.tensor.HostTensor;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;

/**
 * One variable per parameter, to which gradients are added. Stays in the graph permanently and is
 * reused by one gradient buffer after another.
 */
final class Accumulators {
  private record Accumulator(
      Variable sum, Operation zero, Operation scale, Output<?> sumOfSquares) {}

  private final GraphSession graph;
  private final int number;
  private final Output<?> factor;
  private final SortedMap<String, Accumulator> byParameter = new TreeMap<>();
  private final Map<TensorFlowTrace.Gradients, List<Operation>> additions = new HashMap<>();

  /**
   * Creates an empty set.
   *
   * @param number unique within the session
   */
  Accumulators(GraphSession graph, int number) {
    this.graph = graph;
    this.number = number;
    factor = graph.placeholder("factor", DataType.DT_FLOAT);
  }

  /** Returns the operations that add a program's gradients, created on the first call. */
  List<Operation> additions(TensorFlowTrace.Gradients gradients) {
    return additions.computeIfAbsent(gradients, this::add);
  }

  private List<Operation> add(TensorFlowTrace.Gradients gradients) {
    List<Operation> fresh = new ArrayList<>();
    List<Operation> all = new ArrayList<>();
    gradients
        .parameters()
        .forEach(
            (name, gradient) -> {
              Accumulator accumulator = byParameter.get(name);
              if (accumulator == null) {
                accumulator = accumulator(name, gradient.parameter().shape().asArray());
                byParameter.put(name, accumulator);
                fresh.add(accumulator.zero);
              }
              all.add(accumulator.sum.add(gradient.value()));
            });
    graph.run(new Feeds(), List.of(), fresh);
    return all;
  }

  private Accumulator accumulator(String name, long... shape) {
    Variable sum = new Variable(graph, "gradient." + number + "." + name, shape);
    Output<?> read = sum.read();
    int[] axes = IntStream.range(0, shape.length).toArray();
    return new Accumulator(
        sum,
        sum.assign(graph.zeros(shape)),
        sum.assign(graph.op("Mul", read, factor)),
        graph.op("Sum", graph.op("Square", read), graph.indices(axes)));
  }

  void zero() {
    graph.run(
        new Feeds(), List.of(), byParameter.values().stream().map(Accumulator::zero).toList());
  }

  void scale(double by) {
    try (Feeds feeds = new Feeds().with(factor, (float) by)) {
      graph.run(feeds, List.of(), byParameter.values().stream().map(Accumulator::scale).toList());
    }
  }

  double sumOfSquares() {
    List<Output<?>> squares =
        byParameter.values().stream().<Output<?>>map(Accumulator::sumOfSquares).toList();
    return graph.run(new Feeds(), squares, List.of()).stream()
        .mapToDouble(square -> square.at(0))
        .sum();
  }

  /** Returns copies of the sums, in the order of the names. */
  SortedMap<String, HostTensor> read() {
    SortedMap<String, HostTensor> copies = new TreeMap<>();
    List<HostTensor> values = Variable.get(graph, sums());
    for (String name : byParameter.keySet()) {
      copies.put(name, values.get(copies.size()));
    }
    return copies;
  }

  /** Replaces the sums, in the order of the names. */
  void write(List<HostTensor> values) {
    Variable.set(graph, sums(), values);
  }

  /** Returns the sums by parameter. */
  SortedMap<String, Output<?>> byParameter() {
    SortedMap<String, Output<?>> reads = new TreeMap<>();
    byParameter.forEach((name, accumulator) -> reads.put(name, accumulator.sum.read()));
    return reads;
  }

  private List<Variable> sums() {
    return byParameter.values().stream().map(Accumulator::sum).toList();
  }
}
