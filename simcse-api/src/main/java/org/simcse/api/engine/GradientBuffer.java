package org.simcse.api.engine;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.simcse.api.tensor.HostTensor;

/**
 * Gradients of the trainable parameters, on the device.
 *
 * <p>A parameter that the objective does not depend on has gradient 0 and may be absent. Access is
 * exclusive, as training is; owned by the caller that created it, and closed with the backend at
 * the latest.
 *
 * @since 0.1.0
 */
public interface GradientBuffer extends AutoCloseable {
  /** The epsilon added to the norm before dividing by it, in {@link #clip}. */
  double CLIP_EPS = 1e-6;

  /** Sets every gradient to 0. */
  void zero();

  /** Multiplies every gradient by {@code by}. */
  void scale(double by);

  /** Returns the Euclidean norm of all gradients together. */
  double globalNorm();

  /**
   * Scales all gradients down together if their global norm exceeds the maximum, as {@code
   * torch.nn.utils.clip_grad_norm_} does.
   *
   * @param maxNorm the maximum norm, above 0; infinite for no limit
   * @return the norm before clipping
   */
  default double clip(double maxNorm) {
    double norm = globalNorm();
    double factor = maxNorm / (norm + CLIP_EPS);
    if (factor < 1) {
      scale(factor);
    }
    return norm;
  }

  /** Returns copies of the gradients by parameter name, sorted by name. */
  Map<String, HostTensor> read();

  /**
   * Lets {@code change} modify the gradients on the host, sorted by parameter name, as an
   * all-reduce does. The tensors must not be used after the call: they may be the gradients' own
   * memory.
   */
  void onHost(Consumer<List<HostTensor>> change);

  @Override
  void close();
}
