package org.simcse.api.engine;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.simcse.api.tensor.HostTensor;

/**
 * Gradients of the trainable parameters, on the device.
 *
 * <p>A parameter that took no part has gradient 0 and may be absent. Exclusive like training
 * itself; owned by whoever asked for it, and closed with the backend at the latest.
 */
public interface GradientBuffer extends AutoCloseable {
  /** What is added to a norm before something is divided by it, in {@link #clip}. */
  double CLIP_EPS = 1e-6;

  /** Sets every gradient to 0. */
  void zero();

  /** Multiplies every gradient. */
  void scale(double by);

  /** The Euclidean norm of all gradients together. */
  double globalNorm();

  /**
   * Scales all gradients down together where their norm is larger than allowed, as {@code
   * torch.nn.utils.clip_grad_norm_} does.
   *
   * @param maxNorm above 0; infinite for no limit
   * @return the norm before
   */
  default double clip(double maxNorm) {
    double norm = globalNorm();
    double factor = maxNorm / (norm + CLIP_EPS);
    if (factor < 1) {
      scale(factor);
    }
    return norm;
  }

  /** Copies of the gradients by parameter name, in the order of the names. */
  Map<String, HostTensor> read();

  /**
   * Lets {@code change} write to the gradients on the host, in the order of the parameters' names,
   * as an all-reduce does.
   */
  void onHost(Consumer<List<HostTensor>> change);

  @Override
  void close();
}
