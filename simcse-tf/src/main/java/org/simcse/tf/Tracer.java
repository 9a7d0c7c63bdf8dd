package org.simcse.tf;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.ParameterTable;
import org.simcse.api.engine.Signature;
import org.simcse.api.engine.Traced;
import org.simcse.api.engine.UpdateComputation;
import org.simcse.api.tensor.Shape;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;

/** Traces computations into the graph, one at a time and under the write lock. */
final class Tracer {
  private final GraphSession graph;
  private final ParameterTable<Variable> parameters;
  private final TensorFlowParameters variables;
  private final BackendConfig config;
  private final boolean fusedKernels;

  /**
   * Creates a tracer.
   *
   * @param variables the parameters' own
   * @param fusedKernels whether the device has fused kernels
   */
  Tracer(
      GraphSession graph,
      ParameterTable<Variable> parameters,
      TensorFlowParameters variables,
      BackendConfig config,
      boolean fusedKernels) {
    this.graph = graph;
    this.parameters = parameters;
    this.variables = variables;
    this.config = config;
    this.fusedKernels = fusedKernels;
  }

  TensorFlowTrace trace(Computation computation, Signature signature) {
    Traced<Output<?>> traced =
        trace(
            computation,
            signature,
            fusedKernels && signature.objective().isEmpty(), // fused kernels have no gradients
            new TensorFlowHandles(graph, parameters, graph.placeholder("seed", DataType.DT_INT64)));
    TensorFlowTrace trace =
        TensorFlowTrace.of(traced, graph, parameters.trainable(traced.parameters().keySet()));
    variables.flush();
    graph.extend();
    return trace;
  }

  /**
   * Traces an update of one parameter.
   *
   * @param inputs of the computation, by name
   * @return its outputs, by name
   */
  Map<String, Output<?>> update(UpdateComputation computation, Map<String, Output<?>> inputs) {
    TensorFlowHandles handles =
        new TensorFlowHandles(graph, parameters, graph.constant(0L)) {
          @Override
          public Output<?> input(Signature.Input input) {
            return requireNonNull(inputs.get(input.name()));
          }
        };
    Signature signature =
        computation.signature(Shape.of(parameters.shape(computation.parameter())));
    return TensorFlowTrace.handles(trace(computation, signature, false, handles).outputs());
  }

  private Traced<Output<?>> trace(
      Computation computation, Signature signature, boolean fuse, TensorFlowHandles handles) {
    return Traced.of(
        computation,
        signature,
        config,
        new TensorFlowOps(graph, handles.sizes(), new FusedKernels(graph, fuse)),
        handles);
  }
}
