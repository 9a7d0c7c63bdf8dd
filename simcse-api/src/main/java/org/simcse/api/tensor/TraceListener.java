package org.simcse.api.tensor;

/**
 * Notified of every tensor of a trace. Operations that check others implement it in addition to
 * {@link TensorOps}: a trace notifies the operations that it was created over.
 *
 * @param <H> the engine's handle
 * @since 0.1.0
 */
@FunctionalInterface
public interface TraceListener<H> {
  /**
   * Called when a tensor is created: an input, a parameter or a result.
   *
   * @param shape the shape according to {@link Tensor}
   * @param type the type according to {@link Tensor}
   */
  void made(H handle, Shape shape, ElementType type);
}
