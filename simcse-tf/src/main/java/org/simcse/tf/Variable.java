package org.simcse.tf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.simcse.api.tensor.HostTensor;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;

/**
 * A tensor that stays on the device between runs.
 *
 * <p>There is one read operation, which all programs share and are differentiated with respect to.
 * (Variables of TensorFlow Java's own {@code Ops.variable} cannot be differentiated safely.)
 */
final class Variable {
  /** The number of elements read together: 1 MiB, which takes a fraction of a millisecond. */
  private static final long TOGETHER = 1 << 18;

  private final GraphSession graph;
  private final long[] shape;
  private final Output<?> handle;
  private final Output<?> read;
  private final Output<?> value;
  private final Operation assign;

  /**
   * Creates a variable without value.
   *
   * @param name unique within the session
   */
  Variable(GraphSession graph, String name, long... shape) {
    this.graph = graph;
    this.shape = shape.clone();
    handle =
        graph.op(
            "VarHandleOp",
            Map.of("dtype", DataType.DT_FLOAT, "shape", Shape.of(shape), "shared_name", name));
    read = graph.op("ReadVariableOp", Map.of("dtype", DataType.DT_FLOAT), handle);
    value = graph.placeholder(name, DataType.DT_FLOAT, shape);
    assign = assign(value);
  }

  long[] shape() {
    return shape.clone();
  }

  boolean hasShape(long... other) {
    return Arrays.equals(shape, other);
  }

  /** Returns the value at the time of the run. */
  Output<?> read() {
    return read;
  }

  /** Returns whether a result of the graph is what a variable holds. */
  static boolean isRead(Output<?> result) {
    return result.op().type().equals("ReadVariableOp");
  }

  /** Returns an operation that stores a result of the graph here. */
  Operation assign(Output<?> result) {
    return assign(result, List.of());
  }

  /** Returns an operation that stores a result here after others have run. */
  Operation assign(Output<?> result, List<Operation> after) {
    OperationBuilder builder = graph.builder("AssignVariableOp").addInput(handle).addInput(result);
    after.forEach(builder::addControlInput);
    return builder.setAttr("dtype", DataType.DT_FLOAT).build();
  }

  /** Returns an operation that adds a result of the graph to what is stored here. */
  Operation add(Output<?> result) {
    return graph
        .builder("AssignAddVariableOp")
        .addInput(handle)
        .addInput(result)
        .setAttr("dtype", DataType.DT_FLOAT)
        .build();
  }

  /** Returns an operation that frees what is stored here. */
  Operation destroy() {
    return graph.builder("DestroyResourceOp").addInput(handle).build();
  }

  /** Returns the handle for operations that change it in place. */
  Output<?> handle() {
    return handle;
  }

  /** Returns the operation that stores a fed value. */
  Operation assignment(Feeds feeds, HostTensor copied) {
    feeds.with(value, copied);
    return assign;
  }

  /** Returns the operation that stores a native tensor, whose memory it shares. */
  Operation assignment(Feeds feeds, Tensor shared) {
    feeds.with(value, shared);
    return assign;
  }

  /** Sets several in one run. */
  static void set(GraphSession graph, List<Variable> variables, List<HostTensor> values) {
    try (Feeds feeds = new Feeds()) {
      List<Operation> assignments = new ArrayList<>();
      for (int i = 0; i < variables.size(); i++) {
        assignments.add(variables.get(i).assignment(feeds, values.get(i)));
      }
      graph.run(feeds, List.of(), assignments);
    }
  }

  /**
   * Returns a copy. Its neighbours are read with it: the first run of every set of fetches takes
   * time proportional to the graph, and usually all variables are read.
   *
   * @param all the variables, in a fixed order
   */
  HostTensor get(Collection<Variable> all) {
    List<Variable> group = new ArrayList<>();
    long numbers = 0;
    for (Variable variable : all) {
      long size = Arrays.stream(variable.shape).reduce(1, (a, b) -> a * b);
      if (numbers + size > TOGETHER) {
        if (group.contains(this)) {
          break;
        }
        group.clear();
        numbers = 0;
      }
      group.add(variable);
      numbers += size;
    }
    return get(graph, group).get(group.indexOf(this));
  }

  /** Returns copies of several in one run. */
  static List<HostTensor> get(GraphSession graph, List<Variable> variables) {
    return graph.run(
        new Feeds(), variables.stream().<Output<?>>map(Variable::read).toList(), List.of());
  }
}
