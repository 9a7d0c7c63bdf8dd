package org.simcse.tf;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.Signature;
import org.simcse.api.engine.UpdateComputation;
import org.simcse.api.error.BackendException;
import org.simcse.api.error.ShapeException;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;
import org.simcse.api.tensor.TensorOps;
import org.simcse.api.tensor.Trace;
import org.simcse.api.tensor.TracingPass;
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
    Sizes sizes = new Sizes(graph);
    Map<String, Output<?>> inputs = placeholders(signature, sizes);
    Output<?> seed = graph.placeholder("seed", DataType.DT_INT64);
    // Fused kernels have no gradients.
    boolean fuse = fusedKernels && signature.objective().isEmpty();
    TensorOps<Output<?>> ops =
        config.decorator().decorate(new TensorFlowOps(graph, sizes, new FusedKernels(graph, fuse)));
    SortedMap<String, Output<?>> used = new TreeMap<>();
    try (Trace trace = Trace.over(ops)) {
      TracingPass<Output<?>> pass =
          new TracingPass<>(
              trace,
              ops,
              (name, shape, initializer) -> {
                Output<?> read = parameters.read(name, shape, initializer);
                used.put(name, read);
                return read;
              },
              seed,
              config.mode(signature.training()));
      Map<String, Tensor> results = computation.trace(pass, tensors(trace, signature, inputs));
      check(results, signature);
      Map<String, Output<?>> outputs = outputs(trace, results);
      parameters.flush();
      graph.extend();
      return new TracedComputation(signature, inputs, seed, outputs, used);
    }
  }

  /**
   * Traces an update of one parameter.
   *
   * @param inputs of the computation, by name
   * @return its outputs, by name
   */
  Map<String, Output<?>> update(
      UpdateComputation computation, Shape parameter, Map<String, Output<?>> inputs) {
    TensorOps<Output<?>> ops =
        config
            .decorator()
            .decorate(new TensorFlowOps(graph, new Sizes(graph), new FusedKernels(graph, false)));
    Signature signature = computation.signature(parameter);
    try (Trace trace = Trace.over(ops)) {
      TracingPass.Parameters<Output<?>> none =
          (name, shape, initializer) -> {
            throw new BackendException("An update rule has no parameters of its own.");
          };
      TracingPass<Output<?>> pass =
          new TracingPass<>(trace, ops, none, graph.constant(0L), config.mode(false));
      Map<String, Output<?>> results = new LinkedHashMap<>();
      computation
          .trace(pass, tensors(trace, signature, inputs))
          .forEach((name, tensor) -> results.put(name, trace.handle(tensor)));
      return results;
    }
  }

  private Map<String, Output<?>> placeholders(Signature signature, Sizes sizes) {
    Map<String, Output<?>> placeholders = new LinkedHashMap<>();
    for (Signature.Input input : signature.inputs()) {
      long[] known =
          input.shape().dims().stream().mapToLong(dim -> dim.isFixed() ? dim.size() : -1).toArray();
      Output<?> placeholder =
          graph.placeholder("input " + input.name(), ElementTypes.of(input.type()), known);
      sizes.learn(input, placeholder);
      placeholders.put(input.name(), placeholder);
    }
    return placeholders;
  }

  private static Map<String, Tensor> tensors(
      Trace trace, Signature signature, Map<String, Output<?>> placeholders) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Signature.Input input : signature.inputs()) {
      tensors.put(
          input.name(),
          trace.tensor(
              requireNonNull(placeholders.get(input.name())), input.shape(), input.type()));
    }
    return tensors;
  }

  private Map<String, Output<?>> outputs(Trace trace, Map<String, Tensor> results) {
    Map<String, Output<?>> outputs = new LinkedHashMap<>();
    results.forEach(
        // TensorFlow refuses to fetch what is fed, as an output that is an input would be.
        (name, tensor) -> outputs.put(name, graph.op("Identity", trace.<Output<?>>handle(tensor))));
    return outputs;
  }

  private static void check(Map<String, Tensor> results, Signature signature) {
    results.forEach(
        (name, tensor) -> {
          if (tensor.type() != ElementType.FLOAT && tensor.type() != ElementType.INT) {
            throw new ShapeException(
                "The output '%s' is %s: only FLOAT and INT leave a program; cast it."
                    .formatted(name, tensor.type()));
          }
        });
    signature
        .objective()
        .ifPresent(
            name -> {
              Tensor tensor = results.get(name);
              if (tensor == null || tensor.rank() != 0 || tensor.type() != ElementType.FLOAT) {
                throw new ShapeException(
                    "The objective '%s' must be an output and a FLOAT scalar, but it is %s."
                        .formatted(name, tensor == null ? "none of " + results.keySet() : tensor));
              }
            });
  }
}
