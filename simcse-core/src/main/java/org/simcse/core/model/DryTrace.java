package org.simcse.core.model;

import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.Signature;
import org.simcse.api.engine.Traced;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.TensorOps;

/**
 * The result of tracing a computation without an engine, over operations that do nothing.
 *
 * @param parameters the shapes of the parameters it uses, by full name
 * @param outputs the shapes of its outputs, by name
 */
public record DryTrace(SortedMap<String, Shape> parameters, Map<String, Shape> outputs) {
  private static final Object NOTHING = new Object();

  /**
   * Traces a computation.
   *
   * @throws org.simcse.api.error.ShapeException if the computation's shapes are incompatible
   */
  public static DryTrace of(Computation computation, Signature signature) {
    Traced<Object> traced =
        Traced.of(computation, signature, BackendConfig.defaults(), idle(), new Nothing());
    return new DryTrace(new TreeMap<>(shapes(traced.parameters())), shapes(traced.outputs()));
  }

  /**
   * Returns the size of an output's last axis.
   *
   * @throws ArithmeticException if it is not fixed
   */
  public int width(String output) {
    Shape shape = Objects.requireNonNull(outputs.get(output));
    return Math.toIntExact(shape.dim(-1).size());
  }

  private static Map<String, Shape> shapes(Map<String, Traced.Value<Object>> values) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    values.forEach((name, value) -> shapes.put(name, value.shape()));
    return shapes;
  }

  private static final class Nothing implements Traced.Handles<Object> {
    @Override
    public Object input(Signature.Input input) {
      return NOTHING;
    }

    @Override
    public Object seed() {
      return NOTHING;
    }

    @Override
    public Object parameter(String name, Shape shape, Initializer initializer) {
      return NOTHING;
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
