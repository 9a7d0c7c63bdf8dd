package org.simcse.api.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.simcse.api.error.ShapeException;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Shape;

/**
 * The inputs of a program and how it is used.
 *
 * @param inputs the inputs in order, with distinct names; each symbol of their shapes is by itself
 *     the size of some axis
 * @param training whether dropout is on
 * @param objective the scalar output to differentiate, if gradients are needed
 * @since 0.1.0
 */
public record Signature(List<Input> inputs, boolean training, Optional<String> objective) {
  /**
   * One input.
   *
   * @param name the name: letters, digits and underscores
   * @param type {@code FLOAT} or {@code INT}
   * @param shape the sizes or symbols
   * @param differentiable whether to compute the gradient with respect to it; {@code FLOAT} only
   */
  public record Input(String name, ElementType type, Shape shape, boolean differentiable) {
    /** Checks name and type. */
    public Input {
      if (!name.matches("[A-Za-z][A-Za-z0-9_]*")) {
        throw new IllegalArgumentException(
            "'" + name + "' is no name of an input: use letters, digits and underscores.");
      }
      if (type != ElementType.FLOAT && (differentiable || type != ElementType.INT)) {
        throw new IllegalArgumentException(
            "The input "
                + name
                + " cannot be "
                + type
                + (differentiable ? " and differentiable." : "."));
      }
    }

    /** Returns an input of integers. */
    public static Input ints(String name, Dim... dims) {
      return new Input(name, ElementType.INT, Shape.of(dims), false);
    }

    /** Returns an input of floating-point numbers. */
    public static Input floats(String name, Dim... dims) {
      return new Input(name, ElementType.FLOAT, Shape.of(dims), false);
    }

    /** Returns a copy of this input that is differentiable. */
    public Input withGradient() {
      return new Input(name, type, shape, true);
    }
  }

  /** Checks that names are distinct and that every symbol can be read from some axis. */
  public Signature {
    inputs = List.copyOf(inputs);
    Set<String> names = new HashSet<>();
    Set<Dim> readable = new HashSet<>();
    Set<Dim> used = new HashSet<>();
    for (Input input : inputs) {
      if (!names.add(input.name())) {
        throw new IllegalArgumentException("Two inputs are named " + input.name() + ".");
      }
      for (Dim dim : input.shape().dims()) {
        (dim.isSymbol() ? readable : used).add(dim);
      }
    }
    for (Dim dim : used) {
      dim.evaluate(
          symbol -> {
            if (!readable.contains(Dim.symbol(symbol))) {
              throw new IllegalArgumentException(
                  "The size "
                      + symbol
                      + " stands alone on no axis of any input, so it cannot be known.");
            }
            return dim;
          },
          number -> dim,
          (a, b) -> a,
          (a, b) -> a);
    }
  }

  /** Returns a signature for inference. */
  public static Signature of(Input... inputs) {
    return new Signature(Arrays.asList(inputs), false, Optional.empty());
  }

  /** Returns a copy with dropout on. */
  public Signature whileTraining() {
    return new Signature(inputs, true, objective);
  }

  /** Returns a copy with a scalar output to differentiate. */
  public Signature differentiating(String output) {
    return new Signature(inputs, training, Optional.of(output));
  }

  /**
   * Returns the objective of a program that is differentiated.
   *
   * @throws IllegalStateException if there is none
   */
  public String requireObjective() {
    return objective.orElseThrow(
        () ->
            new IllegalStateException(
                "The program's signature names no objective to differentiate."));
  }

  /**
   * Checks that gradients may be asked for afterwards.
   *
   * @throws IllegalStateException if it is a signature for inference
   */
  public void requireTraining() {
    if (!training) {
      throw new IllegalStateException(
          "The program is one for inference, which keeps nothing: compile it with a signature whileTraining().");
    }
  }

  /** Returns the inputs to differentiate with respect to. */
  public List<Input> differentiable() {
    return inputs.stream().filter(Input::differentiable).toList();
  }

  /**
   * Reads the values of the symbols from the inputs of one run, and checks names, types and shapes.
   *
   * @throws ShapeException if they do not fit
   */
  public Map<String, Long> bind(Map<String, HostTensor> values) {
    Map<String, Long> symbols = new HashMap<>();
    List<String> unknown = new ArrayList<>(values.keySet());
    for (Input input : inputs) {
      HostTensor value = values.get(input.name());
      unknown.remove(input.name());
      if (value == null) {
        throw new ShapeException("The input " + input.name() + " is missing.");
      }
      if (value.type() != input.type() || value.shape().length != input.shape().rank()) {
        throw mismatch(input, value, symbols);
      }
      for (int axis = 0; axis < value.shape().length; axis++) {
        Dim dim = input.shape().dim(axis);
        if (dim.isSymbol()) {
          symbols.putIfAbsent(dim.toString(), value.shape()[axis]);
        }
      }
    }
    for (Input input : inputs) {
      HostTensor value = values.get(input.name());
      if (value != null && !Arrays.equals(value.shape(), input.shape().sizes(symbols))) {
        throw mismatch(input, value, symbols);
      }
    }
    if (!unknown.isEmpty()) {
      throw new ShapeException("The program has no input " + String.join(", ", unknown) + ".");
    }
    return symbols;
  }

  private static ShapeException mismatch(Input input, HostTensor value, Map<String, Long> symbols) {
    return new ShapeException(
        "The input %s is %s %s, but the program needs %s %s%s."
            .formatted(
                input.name(),
                value.type(),
                Arrays.toString(value.shape()),
                input.type(),
                input.shape(),
                symbols.isEmpty() ? "" : " with " + symbols));
  }
}
