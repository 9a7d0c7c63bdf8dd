package org.simcse.api.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import org.simcse.api.error.ShapeException;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;
import org.simcse.api.tensor.TensorOps;
import org.simcse.api.tensor.Trace;

/**
 * A computation traced over an engine's operations: what a backend makes an executable of.
 *
 * <p>For backend authors: the front end of every {@link Backend#compile}. Names are in the order in
 * which the signature, the model's code and its result bring them.
 *
 * @param signature what was asked for
 * @param seed the run's seed
 * @param inputs by name, one for every input of the signature
 * @param parameters those that the computation uses, by full name
 * @param outputs by name, {@code FLOAT} or {@code INT}; the objective is a {@code FLOAT} scalar
 * @param <H> the engine's handle
 */
public record Traced<H>(
    Signature signature,
    H seed,
    Map<String, Value<H>> inputs,
    Map<String, Value<H>> parameters,
    Map<String, Value<H>> outputs) {
  /**
   * A value of the program.
   *
   * @param handle the engine's
   * @param shape with the signature's symbols
   * @param type of its elements
   * @param <H> the engine's handle
   */
  public record Value<H>(H handle, Shape shape, ElementType type) {}

  /**
   * The handles of what operations do not make.
   *
   * @param <H> the engine's handle
   */
  public interface Handles<H> extends Trace.Parameters<H> {
    /** An input, asked for in the order of the signature and before everything else. */
    H input(Signature.Input input);

    /** The run's seed, a scalar of {@code INT}; asked for once. */
    H seed();
  }

  /**
   * Traces a computation once.
   *
   * @param config its decorator goes around the operations; dropout and precision are the pass's
   * @param ops serve this trace alone
   * @param handles of inputs, seed and parameters
   * @throws ShapeException if shapes or types do not fit together, if the objective is no {@code
   *     FLOAT} scalar among the outputs, or if an output is {@code BFLOAT16} or {@code BOOL}
   */
  public static <H> Traced<H> of(
      Computation computation,
      Signature signature,
      BackendConfig config,
      TensorOps<H> ops,
      Handles<H> handles) {
    Map<String, Value<H>> inputs = new LinkedHashMap<>();
    for (Signature.Input input : signature.inputs()) {
      inputs.put(input.name(), new Value<>(handles.input(input), input.shape(), input.type()));
    }
    Map<String, Value<H>> parameters = new LinkedHashMap<>();
    Trace.Parameters<H> noting =
        (name, shape, initializer) -> {
          H handle = handles.parameter(name, shape, initializer);
          parameters.put(name, new Value<>(handle, shape, ElementType.FLOAT));
          return handle;
        };
    H seed = handles.seed();
    try (Trace<H> trace =
        new Trace<>(
            config.decorator().decorate(ops), noting, seed, config.mode(signature.training()))) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      inputs.forEach(
          (name, value) ->
              tensors.put(name, trace.tensor(value.handle(), value.shape(), value.type())));
      Map<String, Tensor> results = computation.trace(trace.pass(), tensors);
      check(signature, results);
      Map<String, Value<H>> outputs = new LinkedHashMap<>();
      results.forEach(
          (name, tensor) ->
              outputs.put(name, new Value<>(trace.handle(tensor), tensor.shape(), tensor.type())));
      return new Traced<>(signature, seed, inputs, parameters, outputs);
    }
  }

  private static void check(Signature signature, Map<String, Tensor> results) {
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
