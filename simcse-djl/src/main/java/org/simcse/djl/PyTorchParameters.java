package org.simcse.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
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

/**
 * Parameters as libtorch tensors; programs hold the {@link Parameter}, so that they see a new
 * value.
 */
final class PyTorchParameters implements ParameterStore {
  /** A named place for a tensor. */
  static final class Parameter {
    final String name;
    final long[] shape;
    NDArray value;
    boolean trainable = true;

    private Parameter(String name, long[] shape, NDArray value) {
      this.name = name;
      this.shape = shape;
      this.value = value;
    }
  }

  private final NDManager manager;
  private final Lifecycle lifecycle;
  private final long seed;
  private final TreeMap<String, Parameter> byName = new TreeMap<>();

  PyTorchParameters(NDManager manager, Lifecycle lifecycle, long seed) {
    this.manager = manager;
    this.lifecycle = lifecycle;
    this.seed = seed;
  }

  /**
   * The parameter a program asks for, initialised if there is none; call under the exclusive lock.
   */
  Parameter require(String name, Shape shape, Initializer initializer) {
    long[] sizes = shape.sizes(Collections.emptyMap());
    if (!byName.containsKey(name)) {
      put(name, initializer.values(seed, name, sizes));
    }
    Parameter parameter = known(name);
    if (!Arrays.equals(parameter.shape, sizes)) {
      throw new ShapeException(
          "The parameter %s has the shape %s, but the model wants %s."
              .formatted(name, Arrays.toString(parameter.shape), shape));
    }
    return parameter;
  }

  private void put(String name, HostTensor value) {
    Parameter parameter = byName.get(name);
    if (parameter == null) {
      byName.put(
          name, new Parameter(name, value.shape().clone(), HostTransfer.toDevice(manager, value)));
    } else if (!Arrays.equals(parameter.shape, value.shape())) {
      throw new ShapeException(
          "The parameter %s has the shape %s and cannot be set to %s."
              .formatted(name, Arrays.toString(parameter.shape), Arrays.toString(value.shape())));
    } else {
      NDArray old = parameter.value;
      parameter.value = HostTransfer.toDevice(manager, value);
      old.close();
    }
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
    return lifecycle.shared(() -> HostTransfer.toHost(known(name).value));
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
