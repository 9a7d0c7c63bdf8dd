package org.simcse.core.model;

import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.Signature;
import org.simcse.api.tensor.PassMode;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;
import org.simcse.api.tensor.TensorOps;
import org.simcse.api.tensor.Trace;
import org.simcse.api.tensor.TracingPass;

/**
 * What tracing a computation without an engine tells: over operations that do nothing.
 *
 * @param parameters the shapes of the parameters it uses, by full name
 * @param outputs the shapes of its outputs, by name
 */
public record DryTrace(SortedMap<String, Shape> parameters, Map<String, Shape> outputs) {
  private static final Object NOTHING = new Object();

  /**
   * Traces.
   *
   * @throws org.simcse.api.error.ShapeException if the computation's shapes do not fit together
   */
  public static DryTrace of(Computation computation, Signature signature) {
    SortedMap<String, Shape> wanted = new TreeMap<>();
    TensorOps<Object> ops = idle();
    try (Trace trace = Trace.over(ops)) {
      Map<String, Tensor> inputs = new LinkedHashMap<>();
      signature
          .inputs()
          .forEach(
              input ->
                  inputs.put(input.name(), trace.tensor(NOTHING, input.shape(), input.type())));
      TracingPass.Parameters<Object> parameters =
          (name, shape, initializer) -> {
            wanted.put(name, shape);
            return NOTHING;
          };
      Map<String, Shape> outputs = new LinkedHashMap<>();
      computation
          .trace(
              new TracingPass<>(trace, ops, parameters, NOTHING, PassMode.of(signature.training())),
              inputs)
          .forEach((name, tensor) -> outputs.put(name, tensor.shape()));
      return new DryTrace(wanted, outputs);
    }
  }

  @SuppressWarnings(
      "unchecked") // every method of the interface returns a handle, and this handle is an Object
  private static TensorOps<Object> idle() {
    return (TensorOps<Object>)
        Proxy.newProxyInstance(
            TensorOps.class.getClassLoader(),
            new Class<?>[] {TensorOps.class},
            (proxy, method, arguments) -> NOTHING);
  }
}
