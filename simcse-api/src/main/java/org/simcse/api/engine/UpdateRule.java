package org.simcse.api.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.simcse.api.tensor.Tensor;

/**
 * The update rule of an optimizer for one parameter: computes the new value and state from the old
 * ones, the gradient and the hyperparameters.
 *
 * <p>Traced once per parameter, so an implementation may depend on its name. Equal rules share
 * compiled programs.
 *
 * @since 0.1.0
 */
public interface UpdateRule {
  /**
   * Returns the names of the state tensors of each parameter, each of the parameter's shape and
   * initially 0.
   */
  List<String> state();

  /** Returns the names of the hyperparameters that every step supplies, such as a learning rate. */
  List<String> hyperparameters();

  /** Computes the new value and the new state of a parameter. */
  Updated update(Slot slot);

  /**
   * Returns the kernel equivalent to {@link #update} for a parameter, if there is one: an engine
   * may run it instead.
   *
   * @param parameter the full name of the parameter
   */
  default Optional<AdamKernel> kernel(String parameter) {
    return Optional.empty();
  }

  /**
   * The inputs of a rule for one parameter.
   *
   * @param parameter its full name
   * @param value its value before the step
   * @param gradient the gradient, of the same shape
   * @param state the state tensors by name
   * @param hyperparameters the hyperparameters by name, scalars
   */
  record Slot(
      String parameter,
      Tensor value,
      Tensor gradient,
      Map<String, Tensor> state,
      Map<String, Tensor> hyperparameters) {
    /** Returns one tensor of the state. */
    public Tensor state(String name) {
      return known(state, name);
    }

    /** Returns one hyperparameter of the step, a scalar. */
    public Tensor hyperparameter(String name) {
      return known(hyperparameters, name);
    }

    private static Tensor known(Map<String, Tensor> tensors, String name) {
      Tensor tensor = tensors.get(name);
      if (tensor == null) {
        throw new IllegalArgumentException(
            "The update rule declares no '" + name + "', only " + tensors.keySet() + ".");
      }
      return tensor;
    }
  }

  /**
   * A parameter after the step.
   *
   * @param value the new value, of the parameter's shape
   * @param state the new state: one tensor of the parameter's shape for every name in {@link
   *     #state}
   */
  record Updated(Tensor value, Map<String, Tensor> state) {}
}
