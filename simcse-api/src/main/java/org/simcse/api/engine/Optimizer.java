package org.simcse.api.engine;

import java.util.Map;
import java.util.SortedSet;
import org.simcse.api.tensor.HostTensor;

/**
 * An {@link UpdateRule} compiled by a backend, and the state that it keeps on the device.
 *
 * <p>Exclusive like training itself. Owned by whoever asked for it, and closed with the backend at
 * the latest; closing frees the state.
 */
public interface Optimizer extends AutoCloseable {
  /**
   * Changes every parameter that has a gradient in the buffer; the buffer stays as it is.
   *
   * @param hyperparameters one for every name of the rule's {@link UpdateRule#hyperparameters}
   * @throws IllegalArgumentException if the buffer is another backend's or a number is missing
   */
  void apply(GradientBuffer gradients, Map<String, Double> hyperparameters);

  /**
   * A step of training, whatever computes its gradients: empties the buffer, fills it, limits the
   * global norm, and applies.
   *
   * @param scratch a buffer whose content is lost
   * @param gradients adds the gradients of the step to {@code scratch}
   * @param hyperparameters what the rule wants of this step
   * @param maxNorm see {@link GradientBuffer#clip}
   * @return the norm of all gradients together, before clipping
   */
  default double step(
      GradientBuffer scratch,
      Runnable gradients,
      Map<String, Double> hyperparameters,
      double maxNorm) {
    scratch.zero();
    gradients.run();
    double norm = scratch.clip(maxNorm);
    apply(scratch, hyperparameters);
    return norm;
  }

  /**
   * The names of the state's tensors, {@code <parameter>/<name>}, sorted: those of the parameters
   * that were updated or whose state was set. All others are 0.
   */
  SortedSet<String> names();

  /**
   * A copy of one tensor of the state.
   *
   * @throws IllegalArgumentException if there is no such parameter, or the rule keeps no such state
   */
  HostTensor get(String name);

  /**
   * Sets one tensor of the state; copies.
   *
   * @param value {@code FLOAT}, of the parameter's shape
   * @param name {@code <parameter>/<name>} of a parameter that the backend holds
   * @throws IllegalArgumentException if there is no such parameter, or the rule keeps no such state
   * @throws org.simcse.api.error.ShapeException if the value is another
   */
  void set(String name, HostTensor value);

  @Override
  void close();
}
