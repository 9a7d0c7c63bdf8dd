package org.simcse.tf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.simcse.api.error.BackendException;
import org.simcse.api.tensor.HostTensor;
import org.tensorflow.DeviceSpec;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Scope;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * The one graph of a backend and the one session that runs it.
 *
 * <p>Variables belong to a session and a session to a graph, so programs that share parameters
 * share both. Neither ever shrinks. Runs may overlap; whoever adds operations must be alone, and
 * calls {@link #extend} before anybody runs.
 */
final class GraphSession implements AutoCloseable {
  private final Graph graph = new Graph();
  private final Session session;
  private final Operation nothing;
  private final Map<Object, Output<?>> constants = new HashMap<>();

  GraphSession(ConfigProto config) {
    session = new Session(graph, config);
    nothing = builder("NoOp").build();
    extend();
  }

  /** An operation with one result and no attributes but those that its inputs imply. */
  Output<?> op(String type, Output<?>... inputs) {
    return op(type, builder -> builder, inputs);
  }

  /** An operation with one result. */
  Output<?> op(
      String type, Function<OperationBuilder, OperationBuilder> attributes, Output<?>... inputs) {
    OperationBuilder builder = builder(type);
    for (Output<?> input : inputs) {
      builder.addInput(input);
    }
    return attributes.apply(builder).build().output(0);
  }

  /** An operation of any form. */
  OperationBuilder builder(String type) {
    return builder(type, graph.baseScope());
  }

  /** An operation that runs on a device and nowhere else. */
  OperationBuilder builder(String type, DeviceSpec device) {
    return builder(type, graph.baseScope().withDevice(device));
  }

  private static OperationBuilder builder(String type, Scope scope) {
    // An operation's type may begin with an underscore, its name may not.
    return scope.opBuilder(type, type.replace("_", ""));
  }

  Output<?> placeholder(DataType type, long... sizes) {
    return op(
        "Placeholder", builder -> builder.setAttr("dtype", type).setAttr("shape", Shape.of(sizes)));
  }

  Output<?> constant(HostTensor value) {
    try (Tensor tensor = HostTensors.toNative(value)) {
      return constant(tensor);
    }
  }

  Output<?> constant(float value) {
    return shared(value, () -> TFloat32.scalarOf(value));
  }

  Output<?> constant(long value) {
    return shared(value, () -> TInt64.scalarOf(value));
  }

  /** A size or an axis: TensorFlow keeps 32-bit ones on the host even where it uses a GPU. */
  Output<?> index(int value) {
    return shared(value, () -> TInt32.scalarOf(value));
  }

  /** Sizes or axes. */
  Output<?> indices(int... values) {
    return shared(Arrays.stream(values).boxed().toList(), () -> TInt32.vectorOf(values));
  }

  /** Numbers by which programs are full: one operation each keeps the graph small. */
  private Output<?> shared(Object value, Supplier<Tensor> tensor) {
    Output<?> known = constants.get(value);
    if (known == null) {
      try (Tensor made = tensor.get()) {
        known = constant(made);
      }
      constants.put(value, known);
    }
    return known;
  }

  private Output<?> constant(Tensor tensor) {
    return op(
        "Const", builder -> builder.setAttr("dtype", tensor.dataType()).setAttr("value", tensor));
  }

  /** The gradients of a scalar; empty where it does not depend on a variable. */
  List<Optional<Output<?>>> gradients(Output<?> y, List<Output<?>> variables) {
    // TensorFlow refuses variables that the scalar does not depend on.
    Set<GraphOperation> reached = graph.subgraphTo(Set.of(y));
    List<Output<?>> used = variables.stream().filter(x -> reached.contains(x.op())).toList();
    Map<Output<?>, Output<?>> gradients = new HashMap<>();
    if (!used.isEmpty()) {
      Output<?>[] results = graph.addGradients(y, used.toArray(Output<?>[]::new));
      for (int i = 0; i < results.length; i++) {
        gradients.put(used.get(i), results[i]);
      }
    }
    return variables.stream()
        .<Optional<Output<?>>>map(x -> Optional.ofNullable(gradients.get(x)))
        .toList();
  }

  /** Shows the session what was added to the graph, so that no run has to while others run. */
  void extend() {
    run(new Feeds(), List.of(), List.of());
  }

  /**
   * Runs what the fetches and targets need.
   *
   * @return copies of the fetches
   */
  List<HostTensor> run(Feeds feeds, List<Output<?>> fetches, List<Operation> targets) {
    // TensorFlow refuses to run nothing at all.
    Session.Runner runner = session.runner().addTarget(nothing);
    feeds.into(runner);
    fetches.forEach(runner::fetch);
    targets.forEach(runner::addTarget);
    try (Result result = runner.run()) {
      List<HostTensor> copies = new ArrayList<>(fetches.size());
      for (int i = 0; i < fetches.size(); i++) {
        copies.add(HostTensors.copy(result.get(i)));
      }
      return copies;
    } catch (RuntimeException e) { // TensorFlow's own have no other supertype
      throw new BackendException("TensorFlow could not run the program: " + firstLine(e), e);
    }
  }

  private static String firstLine(RuntimeException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
