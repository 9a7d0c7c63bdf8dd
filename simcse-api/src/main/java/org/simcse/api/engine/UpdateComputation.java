package org.simcse.api.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.simcse.api.error.ShapeException;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;

/**
 * An update rule for one parameter as a computation; for backend authors.
 *
 * <p>Inputs and outputs are called {@link #VALUE}, {@link #GRADIENT} (input only), {@link
 * #state(String)} and {@link #hyperparameter(String)} (input only).
 *
 * @param rule the rule to trace
 * @param parameter the full name of the parameter
 * @since 0.1.0
 */
public record UpdateComputation(UpdateRule rule, String parameter) implements Computation {
  /** The parameter's value. */
  public static final String VALUE = "value";

  /** The parameter's gradient. */
  public static final String GRADIENT = "gradient";

  /** Returns the input and output name of a tensor of the state. */
  public static String state(String name) {
    return "state_" + name;
  }

  /** Returns the input name of a hyperparameter. */
  public static String hyperparameter(String name) {
    return "hyperparameter_" + name;
  }

  /** Returns the signature: value, gradient, state and hyperparameters, in this order. */
  public Signature signature(Shape shape) {
    Dim[] dims = shape.dims().toArray(Dim[]::new);
    List<Signature.Input> inputs = new ArrayList<>();
    inputs.add(Signature.Input.floats(VALUE, dims));
    inputs.add(Signature.Input.floats(GRADIENT, dims));
    rule.state().forEach(name -> inputs.add(Signature.Input.floats(state(name), dims)));
    rule.hyperparameters()
        .forEach(name -> inputs.add(Signature.Input.floats(hyperparameter(name))));
    return Signature.of(inputs.toArray(Signature.Input[]::new));
  }

  @Override
  public Map<String, Tensor> trace(ForwardPass pass, Map<String, Tensor> inputs) {
    Map<String, Tensor> state = new HashMap<>();
    rule.state().forEach(name -> state.put(name, Objects.requireNonNull(inputs.get(state(name)))));
    Map<String, Tensor> hyperparameters = new HashMap<>();
    rule.hyperparameters()
        .forEach(
            name ->
                hyperparameters.put(
                    name, Objects.requireNonNull(inputs.get(hyperparameter(name)))));
    Tensor value = Objects.requireNonNull(inputs.get(VALUE));
    Tensor gradient = Objects.requireNonNull(inputs.get(GRADIENT));
    UpdateRule.Updated updated =
        rule.update(new UpdateRule.Slot(parameter, value, gradient, state, hyperparameters));
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put(VALUE, fitting(updated.value(), value.shape(), VALUE));
    for (String name : rule.state()) {
      outputs.put(state(name), fitting(updated.state().get(name), value.shape(), name));
    }
    return outputs;
  }

  private Tensor fitting(@Nullable Tensor tensor, Shape shape, String what) {
    if (tensor == null || !tensor.shape().equals(shape)) {
      throw new ShapeException(
          "The update rule makes the %s of %s %s, but it must be %s."
              .formatted(what, parameter, tensor == null ? "absent" : tensor.shape(), shape));
    }
    return tensor;
  }

  /**
   * Returns the parameter that a tensor of the state belongs to.
   *
   * @param name {@code <parameter>/<name>}
   * @throws IllegalArgumentException if the rule has no such state
   */
  public static String parameterOf(UpdateRule rule, String name) {
    int slash = name.lastIndexOf('/');
    if (slash < 0 || !rule.state().contains(name.substring(slash + 1))) {
      throw new IllegalArgumentException(
          "The update rule keeps no state '" + name + "', only " + rule.state() + " a parameter.");
    }
    return name.substring(0, slash);
  }

  /**
   * Returns the hyperparameters of a step in the rule's order.
   *
   * @throws IllegalArgumentException if one is missing
   */
  public static List<Double> ordered(UpdateRule rule, Map<String, Double> hyperparameters) {
    List<Double> ordered = new ArrayList<>();
    for (String name : rule.hyperparameters()) {
      Double number = hyperparameters.get(name);
      if (number == null) {
        throw new IllegalArgumentException(
            "The update rule needs the number '" + name + "', which the step does not bring.");
      }
      ordered.add(number);
    }
    return ordered;
  }
}
