package org.simcse.tests.reference;

import java.util.Arrays;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.simcse.api.engine.Lifecycle;
import org.simcse.api.engine.ParameterStore;
import org.simcse.api.error.ShapeException;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;

/** Parameters by name; programs hold the {@link Parameter}, so that they see a new value. */
final class ReferenceParameters implements ParameterStore {
  /** A named place for an array, which is replaced and never written to. */
  static final class Parameter {
    final String name;
    final long[] shape;
    double[] value;
    boolean trainable = true;

    private Parameter(String name, long[] shape, double[] value) {
      this.name = name;
      this.shape = shape;
      this.value = value;
    }
  }

  private final Lifecycle lifecycle;
  private final long seed;
  private final TreeMap<String, Parameter> byName = new TreeMap<>();

  ReferenceParameters(Lifecycle lifecycle, long seed) {
    this.lifecycle = lifecycle;
    this.seed = seed;
  }

  /**
   * The parameter a program asks for, initialised if there is none; call under the exclusive lock.
   */
  Parameter require(String name, Shape shape, Initializer initializer) {
    long[] sizes = shape.sizes(Collections.emptyMap());
    Parameter parameter =
        byName.computeIfAbsent(
            name, n -> new Parameter(n, sizes, initializer.values(seed, n, sizes).toDoubles()));
    if (!Arrays.equals(parameter.shape, sizes)) {
      throw new ShapeException(
          "The parameter %s has the shape %s, but the model wants %s."
              .formatted(name, Arrays.toString(parameter.shape), shape));
    }
    return parameter;
  }

  private void put(String name, HostTensor value) {
    Parameter parameter =
        byName.computeIfAbsent(
            name, n -> new Parameter(n, value.shape().clone(), value.toDoubles()));
    if (!Arrays.equals(parameter.shape, value.shape())) {
      throw new ShapeException(
          "The parameter %s has the shape %s and cannot be set to %s."
              .formatted(name, Arrays.toString(parameter.shape), Arrays.toString(value.shape())));
    }
    parameter.value = value.toDoubles();
  }

  Parameter known(String name) {
    Parameter parameter = byName.get(name);
    if (parameter == null) {
      throw new IllegalArgumentException("There is no parameter named " + name + ".");
    }
    return parameter;
  }

  @Override
  public SortedSet<String> names() {
    return lifecycle.shared(() -> new TreeSet<>(byName.keySet()));
  }

  @Override
  public void set(String name, HostTensor value) {
    lifecycle.exclusive(() -> put(name, value));
  }

  @Override
  public HostTensor get(String name) {
    return lifecycle.shared(
        () -> HostTensor.of(known(name).value.clone(), known(name).shape.clone()));
  }

  @Override
  public void setTrainable(String name, boolean trainable) {
    lifecycle.exclusive(() -> known(name).trainable = trainable);
  }

  @Override
  public boolean isTrainable(String name) {
    return lifecycle.shared(() -> known(name).trainable);
  }
}
