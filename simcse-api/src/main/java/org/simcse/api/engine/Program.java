package org.simcse.api.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import org.simcse.api.tensor.HostTensor;

/**
 * A traced computation, ready to run for any size of its symbolic dimensions.
 *
 * <p>Outputs are heap arrays that the caller owns. A parameter set in the store is used by the next
 * run. Threads: see {@link Backend}. A program lives as long as its backend, and throws {@link
 * IllegalStateException} afterwards.
 *
 * @since 0.1.0
 */
public interface Program {
  /**
   * Computes the outputs.
   *
   * @param inputs a value for every input of the signature
   * @param seed the seed of dropout
   * @throws org.simcse.api.error.ShapeException if the inputs do not fit the signature
   */
  Map<String, HostTensor> run(Map<String, HostTensor> inputs, long seed);

  /** Computes the outputs of a program without random draws. */
  default Map<String, HostTensor> run(Map<String, HostTensor> inputs) {
    return run(inputs, 0);
  }

  /**
   * Computes the outputs with a part of the backend's threads: the caller runs other inputs at the
   * same time. A backend that cannot limit the threads of one run ignores the limit.
   *
   * @param inputs a value for every input of the signature
   * @param seed the seed of dropout
   * @param threads the number of threads that the run may use, from 1 to that of {@link
   *     BackendConfig#threads}
   * @throws org.simcse.api.error.ShapeException if the inputs do not fit the signature
   */
  default Map<String, HostTensor> run(Map<String, HostTensor> inputs, long seed, int threads) {
    return run(inputs, seed);
  }

  /**
   * Computes the outputs and the gradients of the signature's objective.
   *
   * @param inputs a value for every input of the signature
   * @param seed the seed of dropout
   * @param into the buffer to which the gradients of the trainable parameters are added
   * @throws IllegalStateException if the signature names no objective
   * @throws IllegalArgumentException if the buffer belongs to another backend
   * @throws org.simcse.api.error.UnsupportedCapabilityException if the backend lacks {@link
   *     Capability#GRADIENTS}
   */
  Results valueAndGradients(Map<String, HostTensor> inputs, long seed, GradientBuffer into);

  /**
   * The result of {@link #valueAndGradients}.
   *
   * @param outputs the outputs by name
   * @param inputGradients the gradients with respect to the inputs marked differentiable, by name
   */
  record Results(Map<String, HostTensor> outputs, Map<String, HostTensor> inputGradients) {}

  /**
   * Computes the outputs of a program that trains, and keeps what their gradients need.
   *
   * @param inputs a value for every input of the signature
   * @param seed the seed of dropout
   * @return a tape, to be closed by the caller
   * @throws IllegalStateException if the signature is one for inference
   * @throws org.simcse.api.error.ShapeException if the inputs do not fit the signature
   * @throws org.simcse.api.error.UnsupportedCapabilityException if the backend lacks {@link
   *     Capability#TAPES}
   */
  Tape record(Map<String, HostTensor> inputs, long seed);

  /**
   * Performs {@link Optimizer#step} with the gradients of this program. A backend may fuse it into
   * one call, with the same effect.
   *
   * @param inputs a value for every input of the signature
   * @param seed the seed of dropout
   * @param scratch a buffer that is overwritten
   * @param update the optimizer, applied to the trainable parameters of this program
   * @param hyperparameters the rule's hyperparameters for this step
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
   * The result of {@link #step}.
   *
   * @param outputs the outputs by name, before the update
   * @param gradientNorm the global norm of the gradients, before clipping
   */
  record Step(Map<String, HostTensor> outputs, double gradientNorm) {}
}
