package org.simcse.api.engine;

import java.util.Map;
import org.simcse.api.tensor.HostTensor;

/**
 * A run of a program whose intermediate results are kept, so that a gradient which becomes known
 * only afterwards can be pulled back through it; see {@link Program#record}.
 *
 * <p>Owned by the caller, and closed with the backend at the latest; until then it occupies the
 * memory of a training step. Access is exclusive, as training is.
 *
 * @since 0.1.0
 */
public interface Tape extends AutoCloseable {
  /** Returns the outputs by name. */
  Map<String, HostTensor> outputs();

  /**
   * Adds the gradients of {@code Σ output * upstream} with respect to the trainable parameters, at
   * the values that these had when the run was recorded. May be called once, before any of them
   * changes.
   *
   * @param upstream a tensor of the shape of the output for some of the outputs, by name; the
   *     others count 0
   * @param into the buffer to which the gradients are added
   * @throws IllegalStateException if it was called before, or the tape is closed
   * @throws IllegalArgumentException if the buffer belongs to another backend, or there is no
   *     output of a name
   */
  void pull(Map<String, HostTensor> upstream, GradientBuffer into);

  /** Frees what is kept; idempotent. */
  @Override
  void close();
}
