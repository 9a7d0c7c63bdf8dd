package org.simcse.core.model;

import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.simcse.api.spi.Computation;
import org.simcse.api.spi.Signature;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;
import org.simcse.api.tensor.TensorOps;
import org.simcse.api.tensor.Trace;
import org.simcse.api.tensor.TracingPass;

/**
 * Finds out which parameters a computation uses, without an engine: by tracing it over operations
 * that do nothing.
 */
public final class ParameterList {
  private static final Object NOTHING = new Object();

  private ParameterList() {}

  /**
   * The parameters' shapes by full name.
   *
   * @throws org.simcse.api.error.ShapeException if the computation's shapes do not fit together
   */
  public static SortedMap<String, Shape> of(Computation computation, Signature signature) {
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
      computation.trace(
          new TracingPass<>(trace, ops, parameters, NOTHING, signature.training()), inputs);
    }
    return wanted;
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
