package org.simcse.api.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.simcse.api.tensor.Tensor;

/**
 * How an optimiser changes one parameter: new value and new state from old ones, the gradient and a
 * few hyperparameters.
 *
 * <p>Traced once for every parameter, so an implementation may decide by its name. Rules that are
 * equal share what a backend compiles.
 */
public interface UpdateRule {
  /** The names of the tensors kept beside each parameter, each of its shape and 0 at first. */
  List<String> state();

  /** The names of the hyperparameters that every step brings, such as a learning rate. */
  List<String> hyperparameters();

  /** Computes the new value and the new state of a parameter. */
  Updated update(Slot slot);

  /**
   * The kernel that does to a parameter what {@link #update} does, if there is one: an engine may
   * run it instead.
   *
   * @param parameter the full name
   */
  default Optional<AdamKernel> kernel(String parameter) {
    return Optional.empty();
  }

  /**
   * What a rule sees of one parameter.
   *
   * @param parameter its full name
   * @param value its value before the step
   * @param gradient of the same shape
   * @param state by name
   * @param hyperparameters scalars by name
   */
  record Slot(
      String parameter,
      Tensor value,
      Tensor gradient,
      Map<String, Tensor> state,
      Map<String, Tensor> hyperparameters) {
    /** One tensor of the state. */
    public Tensor state(String name) {
      return known(state, name);
    }

    /** One number of the step, a scalar. */
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
   * @param value of the parameter's shape
   * @param state one tensor of the parameter's shape for every name of {@link #state}
   */
  record Updated(Tensor value, Map<String, Tensor> state) {}
}
