package org.simcse.api.engine;

import java.util.Map;
import java.util.SortedSet;
import org.simcse.api.tensor.HostTensor;

/**
 * An {@link UpdateRule} compiled by a backend, with its state on the device.
 *
 * <p>Access is exclusive, as training is. Owned by the caller that created it, and closed with the
 * backend at the latest; closing frees the state.
 *
 * @since 0.1.0
 */
public interface Optimizer extends AutoCloseable {
  /**
   * Updates every parameter that has a gradient in the buffer; the buffer is not modified.
   *
   * @param hyperparameters a value for every name in the rule's {@link UpdateRule#hyperparameters}
   * @throws IllegalArgumentException if the buffer belongs to another backend or a hyperparameter
   *     is missing
   */
  void apply(GradientBuffer gradients, Map<String, Double> hyperparameters);

  /**
   * Performs a training step, however its gradients are computed: zeroes the buffer, fills it,
   * clips the global norm and applies the update.
   *
   * @param scratch a buffer that is overwritten
   * @param gradients adds the gradients of the step to {@code scratch}
   * @param hyperparameters the rule's hyperparameters for this step
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
   * Returns the names of the state's tensors, {@code <parameter>/<name>}, sorted: those of
   * parameters that were updated or whose state was set. All others are 0.
   */
  SortedSet<String> names();

  /**
   * Returns a copy of one tensor of the state.
   *
   * @throws IllegalArgumentException if there is no such parameter, or the rule has no such state
   */
  HostTensor get(String name);

  /**
   * Sets one tensor of the state; the value is copied.
   *
   * @param value {@code FLOAT}, of the parameter's shape
   * @param name {@code <parameter>/<name>} of a parameter that the backend holds
   * @throws IllegalArgumentException if there is no such parameter, or the rule has no such state
   * @throws org.simcse.api.error.ShapeException if the value has another shape or type
   */
  void set(String name, HostTensor value);

  @Override
  void close();
}
