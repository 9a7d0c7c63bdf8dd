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
            new FusedKernels(
                graph,
                fusedKernels && signature.objective().isEmpty(), // they have no gradients
                !signature.training()),
            new TensorFlowHandles(graph, parameters, graph.placeholder("seed", DataType.DT_INT64)));
    TensorFlowTrace trace =
        TensorFlowTrace.of(traced, graph, parameters.trainable(traced.parameters().keySet()));
    variables.flush();
    variables.changing(); // what runs elsewhere would have to extend its session too
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
    return TensorFlowTrace.handles(
        trace(computation, signature, new FusedKernels(graph, false, false), handles).outputs());
  }

  private Traced<Output<?>> trace(
      Computation computation, Signature signature, FusedKernels fused, TensorFlowHandles handles) {
    return Traced.of(
        computation, signature, config, new TensorFlowOps(graph, handles.sizes(), fused), handles);
  }
}
