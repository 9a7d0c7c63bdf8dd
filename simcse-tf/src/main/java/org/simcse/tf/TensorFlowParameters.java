package org.simcse.tf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.simcse.api.engine.Lifecycle;
import org.simcse.api.engine.ParameterStore;
import org.simcse.api.error.ShapeException;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;
import org.tensorflow.Operation;
import org.tensorflow.Output;

/** Parameters as variables of the session. Setting one assigns; the variable stays the same. */
final class TensorFlowParameters implements ParameterStore {
  private final Lifecycle life;
  private final GraphSession graph;
  private final long seed;
  private final Map<String, Variable> variables = new TreeMap<>();
  private final Set<String> frozen = new HashSet<>();
  private final List<Operation> fresh = new ArrayList<>();
  private Feeds values = new Feeds();

  TensorFlowParameters(Lifecycle life, GraphSession graph, long seed) {
    this.life = life;
    this.graph = graph;
    this.seed = seed;
  }

  @Override
  public SortedSet<String> names() {
    return life.shared(() -> new TreeSet<>(variables.keySet()));
  }

  @Override
  public void set(String name, HostTensor value) {
    life.exclusive(
        () -> {
          if (value.type() != ElementType.FLOAT) {
            throw new ShapeException(
                "The parameter %s is FLOAT and cannot be set to %s numbers."
                    .formatted(name, value.type()));
          }
          Variable variable = variables.get(name);
          if (variable == null) {
            create(name, value);
          } else {
            check(name, variable, value.shape());
            flush();
            Variable.set(graph, List.of(variable), List.of(value));
          }
        });
  }

  @Override
  public HostTensor get(String name) {
    return life.exclusive(
        () -> {
          Variable variable = variable(name);
          flush();
          return variable.get(variables.values());
        });
  }

  @Override
  public void setTrainable(String name, boolean trainable) {
    life.exclusive(
        () -> {
          if (trainable) {
            frozen.remove(name);
          } else {
            frozen.add(name);
          }
        });
  }

  @Override
  public boolean isTrainable(String name) {
    return life.shared(() -> !frozen.contains(name));
  }

  /** The parameter as a trace sees it; made if there is none. Called under the write lock. */
  Output<?> read(String name, Shape shape, Initializer initializer) {
    long[] sizes = shape.sizes(Map.of());
    Variable variable = variables.get(name);
    if (variable == null) {
      variable = create(name, initializer.values(seed, name, sizes));
    }
    check(name, variable, sizes);
    return variable.read();
  }

  /**
   * The variable of a parameter. Called under the write lock.
   *
   * @throws IllegalArgumentException if there is none
   */
  Variable variable(String name) {
    Variable variable = variables.get(name);
    if (variable == null) {
      throw new IllegalArgumentException("There is no parameter " + name + ".");
    }
    return variable;
  }

  /**
   * Gives new variables their values. Called under the write lock, before a program that reads them
   * runs.
   */
  void flush() {
    if (!fresh.isEmpty()) {
      graph.run(values, List.of(), fresh);
      discard();
    }
  }

  /** Frees values that no variable has taken yet. */
  void discard() {
    values.close();
    values = new Feeds();
    fresh.clear();
  }

  /** Values wait for {@link #flush}: one run for all takes the time of a run for each. */
  private Variable create(String name, HostTensor value) {
    Variable variable = new Variable(graph, "parameter." + name, value.shape());
    fresh.add(variable.assignment(values, value));
    variables.put(name, variable);
    return variable;
  }

  private static void check(String name, Variable variable, long[] shape) {
    if (!variable.hasShape(shape)) {
      throw new ShapeException(
          "The parameter %s has the shape %s, not %s."
              .formatted(name, Arrays.toString(variable.shape()), Arrays.toString(shape)));
    }
  }
}
