package org.simcse.api.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import org.simcse.api.tensor.HostTensor;

/**
 * A traced computation, ready to run for any size of its symbolic dimensions.
 *
 * <p>Outputs leave as heap arrays that the caller owns. A parameter set in the store is seen by the
 * next run. Threads: see {@link Backend}. A program lives as long as its backend, and throws {@link
 * IllegalStateException} afterwards.
 */
public interface Program {
  /**
   * Computes the outputs.
   *
   * @param inputs one for every input of the signature
   * @param seed what dropout draws from
   * @throws org.simcse.api.error.ShapeException if the inputs do not fit the signature
   */
  Map<String, HostTensor> run(Map<String, HostTensor> inputs, long seed);

  /** Computes the outputs of a program that does not draw. */
  default Map<String, HostTensor> run(Map<String, HostTensor> inputs) {
    return run(inputs, 0);
  }

  /**
   * Computes the outputs and the gradients of the signature's objective.
   *
   * @param inputs one for every input of the signature
   * @param seed what dropout draws from
   * @param into to which the gradients of the trainable parameters are added
   * @throws IllegalStateException if the signature names no objective
   * @throws IllegalArgumentException if another backend made the buffer
   * @throws org.simcse.api.error.UnsupportedCapabilityException if the backend lacks {@link
   *     Capability#GRADIENTS}
   */
  Results valueAndGradients(Map<String, HostTensor> inputs, long seed, GradientBuffer into);

  /**
   * What {@link #valueAndGradients} computes.
   *
   * @param outputs by name
   * @param inputGradients with respect to the inputs marked differentiable, by name
   */
  record Results(Map<String, HostTensor> outputs, Map<String, HostTensor> inputGradients) {}

  /**
   * {@link Optimizer#step} with the gradients of this program. A backend may do it in one call, to
   * the same effect.
   *
   * @param inputs one for every input of the signature
   * @param seed what dropout draws from
   * @param scratch a buffer whose content is lost
   * @param update applied to the parameters of this program that are trainable
   * @param hyperparameters what the update's rule wants of this step
   * @param maxNorm see {@link GradientBuffer#clip}
   */
  default Step step(
      Map<String, HostTensor> inputs,
      long seed,
      GradientBuffer scratch,
      Optimizer update,
      Map<String, Double> hyperparameters,
      double maxNorm) {
    Map<String, HostTensor> outputs = new LinkedHashMap<>();
    double norm =
        update.step(
            scratch,
            () -> outputs.putAll(valueAndGradients(inputs, seed, scratch).outputs()),
            hyperparameters,
            maxNorm);
    return new Step(outputs, norm);
  }

  /**
   * What {@link #step} computes.
   *
   * @param outputs by name, before the update
   * @param gradientNorm of all gradients together, before clipping
   */
  record Step(Map<String, HostTensor> outputs, double gradientNorm) {}
}
