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
 * A computation traced over an engine's operations, from which a backend builds an executable.
 *
 * <p>For backend authors: the front end of every {@link Backend#compile}. Names are in the order of
 * the signature, of the model's code and of its result.
 *
 * @param signature the signature that was traced
 * @param seed the run's seed
 * @param inputs the inputs by name, one for every input of the signature
 * @param parameters the parameters that the computation uses, by full name
 * @param outputs the outputs by name, {@code FLOAT} or {@code INT}; the objective is a {@code
 *     FLOAT} scalar
 * @param <H> the engine's handle
 * @since 0.1.0
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
   * @param handle the engine's handle
   * @param shape the shape, with the signature's symbols
   * @param type the element type
   * @param <H> the engine's handle
   */
  public record Value<H>(H handle, Shape shape, ElementType type) {}

  /**
   * The handles of values that are not results of operations.
   *
   * @param <H> the engine's handle
   */
  public interface Handles<H> extends Trace.Parameters<H> {
    /** Returns an input; called in the order of the signature and before everything else. */
    H input(Signature.Input input);

    /** Returns the run's seed, an {@code INT} scalar; called once. */
    H seed();
  }

  /**
   * Traces a computation once.
   *
   * @param config the decorator wraps the operations; dropout and precision apply to the pass
   * @param ops the operations of this trace only
   * @param handles the handles of inputs, seed and parameters
   * @throws ShapeException if shapes or types do not fit together, if the objective is not a {@code
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
