package org.simcse.api.engine;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.simcse.api.error.ShapeException;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;

/**
 * Names, shapes and trainability of a backend's parameters, over tensors of the engine; for backend
 * authors.
 *
 * <p>A parameter's tensor stays the same object for the lifetime of the backend: programs may hold
 * it, and see a new value in their next run. Calls are exclusive under the backend's lock, except
 * those that read names only.
 *
 * @param <P> the engine's tensor of a parameter
 * @since 0.1.0
 */
public final class ParameterTable<P> implements ParameterStore {
  /**
   * The device that holds the tensors. Called under the exclusive lock, with validated values and
   * shapes.
   *
   * @param <P> the engine's tensor of a parameter
   */
  public interface Device<P> {
    /** Creates a tensor; the value is copied. */
    P create(String name, HostTensor value);

    /** Creates a tensor of zeros. */
    P zeros(String name, long... shape);

    /** Replaces a tensor's value by another of the same shape; the value is copied. */
    void write(P tensor, HostTensor value);

    /** Returns a copy of the value. */
    HostTensor read(P tensor);
  }

  private static final class Parameter<P> {
    final P tensor;
    final long[] shape;
    boolean trainable = true;

    Parameter(P tensor, long[] shape) {
      this.tensor = tensor;
      this.shape = shape;
    }
  }

  private final Lifecycle lifecycle;
  private final long seed;
  private final Device<P> device;
  private final Map<String, Parameter<P>> byName = new TreeMap<>();

  /**
   * * Creates an empty table.
   *
   * @param lifecycle the backend's
   * @param seed the seed that initialises parameters which are not set
   */
  public ParameterTable(Lifecycle lifecycle, long seed, Device<P> device) {
    this.lifecycle = lifecycle;
    this.seed = seed;
    this.device = device;
  }

  /**
   * Returns the tensor of a parameter that a program uses, initialising it if there is none.
   *
   * @throws ShapeException if it exists with another shape
   */
  public P require(String name, Shape shape, Initializer initializer) {
    return lifecycle.exclusive(
        () -> {
          long[] sizes = shape.sizes(Map.of());
          Parameter<P> parameter = byName.get(name);
          if (parameter == null) {
            return create(name, initializer.values(seed, name, sizes));
          }
          if (!Arrays.equals(parameter.shape, sizes)) {
            throw new ShapeException(
                "The parameter %s has the shape %s, but the model needs %s."
                    .formatted(name, Arrays.toString(parameter.shape), shape));
          }
          return parameter.tensor;
        });
  }

  private P create(String name, HostTensor value) {
    P tensor = device.create(name, value);
    byName.put(name, new Parameter<>(tensor, value.shape().clone()));
    return tensor;
  }

  /**
   * Returns the tensor of a parameter.
   *
   * @throws IllegalArgumentException if there is no parameter of that name
   */
  public P tensor(String name) {
    return lifecycle.shared(() -> known(name).tensor);
  }

  /**
   * Returns the shape of a parameter.
   *
   * @throws IllegalArgumentException if there is no parameter of that name
   */
  public long[] shape(String name) {
    return lifecycle.shared(() -> known(name).shape.clone());
  }

  /** Returns those of the given names that are trainable now. */
  public SortedSet<String> trainable(Collection<String> names) {
    return lifecycle.shared(
        () ->
            names.stream()
                .filter(name -> known(name).trainable)
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  /** Returns all that are not trainable now. */
  Set<String> frozen() {
    return lifecycle.shared(
        () ->
            byName.entrySet().stream()
                .filter(entry -> !entry.getValue().trainable)
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet()));
  }

  private Parameter<P> known(String name) {
    Parameter<P> parameter = byName.get(name);
    if (parameter == null) {
      throw new IllegalArgumentException(
          "There is no parameter named " + name + ": no program uses it, and nothing has set it.");
    }
    return parameter;
  }

  @Override
  public SortedSet<String> names() {
    return lifecycle.shared(() -> new TreeSet<>(byName.keySet()));
  }

  @Override
  public void set(String name, HostTensor value) {
    if (value.type() != ElementType.FLOAT) {
      throw new ShapeException(
          "The parameter %s is FLOAT and cannot be set to %s numbers."
              .formatted(name, value.type()));
    }
    lifecycle.exclusive(
        () -> {
          Parameter<P> parameter = byName.get(name);
          if (parameter == null) {
            create(name, value);
          } else if (Arrays.equals(parameter.shape, value.shape())) {
            device.write(parameter.tensor, value);
          } else {
            throw new ShapeException(
                "The parameter %s has the shape %s and cannot be set to %s."
                    .formatted(
                        name, Arrays.toString(parameter.shape), Arrays.toString(value.shape())));
          }
        });
  }

  @Override
  public HostTensor get(String name) {
    return lifecycle.exclusive(() -> device.read(known(name).tensor));
  }

  @Override
  public void setTrainable(String name, boolean trainable) {
    lifecycle.exclusive(
        () -> {
          known(name).trainable = trainable;
        });
  }

  @Override
  public boolean isTrainable(String name) {
    return lifecycle.shared(() -> known(name).trainable);
  }
}
