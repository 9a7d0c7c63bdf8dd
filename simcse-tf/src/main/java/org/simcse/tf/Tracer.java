package org.simcse.tf;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.Signature;
import org.simcse.api.engine.Traced;
import org.simcse.api.engine.UpdateComputation;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;

/** Traces computations into the graph, one at a time and under the write lock. */
final class Tracer {
  private final GraphSession graph;
  private final TensorFlowParameters parameters;
  private final BackendConfig config;
  private final boolean fusedKernels;

  /**
   * A tracer.
   *
   * @param fusedKernels whether the device has them
   */
  Tracer(
      GraphSession graph,
      TensorFlowParameters parameters,
      BackendConfig config,
      boolean fusedKernels) {
    this.graph = graph;
    this.parameters = parameters;
    this.config = config;
    this.fusedKernels = fusedKernels;
  }

  TracedComputation trace(Computation computation, Signature signature) {
    // Fused kernels have no gradients.
    Traced<Output<?>> traced =
        trace(
            computation,
            signature,
            fusedKernels && signature.objective().isEmpty(),
            new Placeholders(graph.placeholder("seed", DataType.DT_INT64)));
    Map<String, Output<?>> outputs = new LinkedHashMap<>();
    traced
        .outputs()
        .forEach(
            // TensorFlow refuses to fetch what is fed, as an output that is an input would be.
            (name, value) -> outputs.put(name, graph.op("Identity", value.handle())));
    parameters.flush();
    graph.extend();
    return new TracedComputation(
        signature,
        handles(traced.inputs()),
        traced.seed(),
        outputs,
        new TreeMap<>(handles(traced.parameters())));
  }

  /**
   * Traces an update of one parameter.
   *
   * @param inputs of the computation, by name
   * @return its outputs, by name
   */
  Map<String, Output<?>> update(
      UpdateComputation computation, Shape parameter, Map<String, Output<?>> inputs) {
    Placeholders handles =
        new Placeholders(graph.constant(0L)) {
          @Override
          public Output<?> input(Signature.Input input) {
            return requireNonNull(inputs.get(input.name()));
          }
        };
    return handles(trace(computation, computation.signature(parameter), false, handles).outputs());
  }

  private Traced<Output<?>> trace(
      Computation computation, Signature signature, boolean fuse, Placeholders handles) {
    return Traced.of(
        computation,
        signature,
        config,
        new TensorFlowOps(graph, handles.sizes, new FusedKernels(graph, fuse)),
        handles);
  }

  private static Map<String, Output<?>> handles(Map<String, Traced.Value<Output<?>>> values) {
    Map<String, Output<?>> handles = new LinkedHashMap<>();
    values.forEach((name, value) -> handles.put(name, value.handle()));
    return handles;
  }

  /** Inputs that runs feed, and parameters as they are read. */
  private class Placeholders implements Traced.Handles<Output<?>> {
    final Sizes sizes = new Sizes(graph);
    private final Output<?> seed;

    Placeholders(Output<?> seed) {
      this.seed = seed;
    }

    @Override
    public Output<?> input(Signature.Input input) {
      long[] known =
          input.shape().dims().stream().mapToLong(dim -> dim.isFixed() ? dim.size() : -1).toArray();
      Output<?> placeholder =
          graph.placeholder("input " + input.name(), ElementTypes.of(input.type()), known);
      sizes.learn(input, placeholder);
      return placeholder;
    }

    @Override
    public Output<?> seed() {
      return seed;
    }

    @Override
    public Output<?> parameter(String name, Shape shape, Initializer initializer) {
      return parameters.read(name, shape, initializer);
    }
  }
}
