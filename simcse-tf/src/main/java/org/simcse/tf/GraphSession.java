package org.simcse.tf;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
 * The one graph of a backend and the session that holds its parameters and trains them.
 *
 * <p>Variables belong to a session and a session to a graph, so programs that share parameters
 * share both. Neither ever shrinks; the sessions of {@link Inference} are replaced. Runs may
 * overlap; adding operations requires exclusive access, followed by {@link #extend} before the next
 * run.
 */
final class GraphSession implements AutoCloseable {
  private record Expression(String type, Map<String, ?> attributes, List<?> inputs) {}

  private final Graph graph = new Graph();
  private final Session session;
  private final Operation nothing;
  private final Map<Object, Output<?>> made = new HashMap<>();
  private final Map<Expression, List<Optional<Output<?>>>> gradients = new HashMap<>();

  GraphSession(ConfigProto config) {
    session = new Session(graph, config);
    nothing = builder("NoOp").build();
    extend();
  }

  /** Returns another session on the graph, with its own variables, which the caller closes. */
  Session another(ConfigProto config) {
    return new Session(graph, config);
  }

  /**
   * Returns the result of an operation without attributes other than those implied by its inputs.
   */
  Output<?> op(String type, Output<?>... inputs) {
    return op(type, Map.of(), (Object[]) inputs);
  }

  /**
   * Returns the first result of an operation. Equal operations are shared, so that a computation
   * traced again adds nothing; stored values and random draws depend only on inputs.
   *
   * @param attributes booleans, numbers, strings, lists of strings, types and shapes
   * @param inputs each an output or a list of them, as the operation declares
   */
  Output<?> op(String type, Map<String, ?> attributes, Object... inputs) {
    List<Object> all = List.of(inputs);
    return shared(
        new Expression(type, attributes, all),
        () -> {
          OperationBuilder builder = builder(type);
          all.forEach(input -> Attributes.addInput(builder, input));
          attributes.forEach((name, value) -> Attributes.set(builder, name, value));
          return builder.build().output(0);
        });
  }

  private Output<?> shared(Object key, Supplier<Output<?>> make) {
    Output<?> known = made.get(key);
    if (known == null) {
      known = make.get();
      made.put(key, known);
    }
    return known;
  }

  /** Returns the builder of an arbitrary operation. */
  OperationBuilder builder(String type) {
    return builder(type, graph.baseScope());
  }

  /** Returns the builder of an operation that runs on the given device only. */
  OperationBuilder builder(String type, DeviceSpec device) {
    return builder(type, graph.baseScope().withDevice(device));
  }

  private static OperationBuilder builder(String type, Scope scope) {
    // An operation's type may begin with an underscore, its name may not.
    return scope.opBuilder(type, type.replace("_", ""));
  }

  /** Returns a placeholder, which runs feed; equal ones of the same name are shared. */
  Output<?> placeholder(String name, DataType type, long... sizes) {
    // A Shape with an unknown size equals none, not even itself; a list does.
    return shared(
        new Expression(name, Map.of("dtype", type), Arrays.stream(sizes).boxed().toList()),
        () ->
            builder("Placeholder")
                .setAttr("dtype", type)
                .setAttr("shape", Shape.of(sizes))
                .build()
                .output(0));
  }

  Output<?> constant(HostTensor value) {
    try (Tensor tensor = HostTensors.toNative(value)) {
      return constant(tensor);
    }
  }

  Output<?> constant(float value) {
    return number(value, () -> TFloat32.scalarOf(value));
  }

  Output<?> constant(long value) {
    return number(value, () -> TInt64.scalarOf(value));
  }

  /**
   * Returns a size or an axis: TensorFlow keeps 32-bit ones on the host even when it uses a GPU.
   */
  Output<?> index(int value) {
    return number(value, () -> TInt32.scalarOf(value));
  }

  /** Returns sizes or axes. */
  Output<?> indices(int... values) {
    return number(Arrays.stream(values).boxed().toList(), () -> TInt32.vectorOf(values));
  }

  /** Returns a tensor of zeros, computed when it is read. */
  Output<?> zeros(long... shape) {
    int[] sizes = Arrays.stream(shape).mapToInt(Math::toIntExact).toArray();
    return op("Fill", indices(sizes), constant(0f));
  }

  private Output<?> number(Object value, Supplier<Tensor> copy) {
    return shared(
        value,
        () -> {
          try (Tensor tensor = copy.get()) {
            return constant(tensor);
          }
        });
  }

  private Output<?> constant(Tensor tensor) {
    return builder("Const")
        .setAttr("dtype", tensor.dataType())
        .setAttr("value", tensor)
        .build()
        .output(0);
  }

  /** Returns the gradients of a scalar; empty for a variable it does not depend on. */
  List<Optional<Output<?>>> gradients(Output<?> y, List<Output<?>> variables) {
    return gradients.computeIfAbsent(
        new Expression("gradients", Map.of(), List.of(y, variables)),
        key -> differentiate(y, variables));
  }

  private List<Optional<Output<?>>> differentiate(Output<?> y, List<Output<?>> variables) {
    // TensorFlow refuses variables that the scalar does not depend on.
    Set<GraphOperation> reached = graph.subgraphTo(Set.of(y));
    List<Output<?>> used = variables.stream().filter(x -> reached.contains(x.op())).toList();
    Map<Output<?>, Output<?>> results = new HashMap<>();
    if (!used.isEmpty()) {
      Output<?>[] added = graph.addGradients(y, used.toArray(Output<?>[]::new));
      for (int i = 0; i < added.length; i++) {
        results.put(used.get(i), added[i]);
      }
    }
    return variables.stream()
        .<Optional<Output<?>>>map(x -> Optional.ofNullable(results.get(x)))
        .map(gradient -> gradient.filter(GraphSession::exists))
        .toList();
  }

  /**
   * Returns whether there is a gradient; if not, TensorFlow Java creates an output without an
   * operation.
   */
  private static boolean exists(Output<?> gradient) {
    return gradient.op() instanceof GraphOperation made && made.getUnsafeNativeHandle() != null;
  }

  /** Extends the session with additions to the graph, so that no run has to while others run. */
  void extend() {
    run(new Feeds(), List.of(), List.of());
  }

  /**
   * Runs the operations that the fetches and targets need.
   *
   * @return copies of the fetches
   */
  List<HostTensor> run(Feeds feeds, List<Output<?>> fetches, List<Operation> targets) {
    return run(session, feeds, fetches, targets);
  }

  /** Runs operations on {@link #another} session. */
  List<HostTensor> run(Session on, Feeds feeds, List<Output<?>> fetches, List<Operation> targets) {
    // TensorFlow refuses to fetch an output twice.
    List<Output<?>> distinct = fetches.stream().distinct().toList();
    try (Result result = results(on, feeds, distinct, targets)) {
      return fetches.stream()
          .map(fetch -> HostTensors.copy(result.get(distinct.indexOf(fetch))))
          .toList();
    }
  }

  /** Returns the native results of fetches, which the caller closes. */
  Result results(List<Output<?>> fetches) {
    return results(session, new Feeds(), fetches, List.of());
  }

  private Result results(
      Session on, Feeds feeds, List<Output<?>> fetches, List<Operation> targets) {
    // TensorFlow refuses an empty run.
    Session.Runner runner = on.runner().addTarget(nothing);
    feeds.into(runner);
    fetches.forEach(runner::fetch);
    targets.forEach(runner::addTarget);
    try {
      return runner.run();
    } catch (RuntimeException e) { // TensorFlow's exceptions have no other supertype
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
