package org.simcse.api.engine;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.simcse.api.error.ShapeException;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.HostTensor;

/**
 * The per-parameter state of an {@link Optimizer}, in tensors of the engine; for backend authors.
 * Names are {@code <parameter>/<state>}.
 *
 * @param <P> the engine's tensor
 * @since 0.1.0
 */
public final class OptimizerState<P> {
  private final UpdateRule rule;
  private final ParameterTable<?> parameters;
  private final Lifecycle lifecycle;
  private final ParameterTable.Device<P> device;
  private final SortedMap<String, P> byName = new TreeMap<>();

  /**
   * * Creates an empty state.
   *
   * @param lifecycle the optimizer's
   */
  public OptimizerState(
      UpdateRule rule,
      ParameterTable<?> parameters,
      Lifecycle lifecycle,
      ParameterTable.Device<P> device) {
    this.rule = rule;
    this.parameters = parameters;
    this.lifecycle = lifecycle;
    this.device = device;
  }

  /** Returns the tensor of one state of a parameter, of the parameter's shape; a new one is 0. */
  public P require(String parameter, String state) {
    return lifecycle.exclusive(
        () ->
            byName.computeIfAbsent(
                parameter + "/" + state, name -> device.zeros(name, parameters.shape(parameter))));
  }

  /** Returns all tensors so far. */
  public Collection<P> tensors() {
    return List.copyOf(byName.values());
  }

  /** Implements {@link Optimizer#names}. */
  public SortedSet<String> names() {
    return lifecycle.shared(() -> new TreeSet<>(byName.keySet()));
  }

  /** Implements {@link Optimizer#get}. */
  public HostTensor get(String name) {
    return lifecycle.exclusive(
        () -> {
          long[] shape = parameters.shape(UpdateComputation.parameterOf(rule, name));
          P tensor = byName.get(name);
          return tensor == null ? zeros(shape) : device.read(tensor);
        });
  }

  private static HostTensor zeros(long[] shape) {
    int size = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    return HostTensor.of(new float[size], shape);
  }

  /** Implements {@link Optimizer#set}. */
  public void set(String name, HostTensor value) {
    lifecycle.exclusive(
        () -> {
          String parameter = UpdateComputation.parameterOf(rule, name);
          long[] shape = parameters.shape(parameter);
          if (value.type() != ElementType.FLOAT || !Arrays.equals(shape, value.shape())) {
            throw new ShapeException(
                "The state %s is FLOAT %s and cannot be set to %s %s."
                    .formatted(
                        name,
                        Arrays.toString(shape),
                        value.type(),
                        Arrays.toString(value.shape())));
          }
          device.write(require(parameter, name.substring(parameter.length() + 1)), value);
        });
  }
}
