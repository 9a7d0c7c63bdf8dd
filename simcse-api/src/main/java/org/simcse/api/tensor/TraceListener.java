package org.simcse.api.tensor;

/**
 * Told of every tensor of a trace. Operations implement it beside {@link TensorOps} where they
 * check others: a trace tells the operations that it was made over.
 *
 * @param <H> the engine's handle
 */
@FunctionalInterface
public interface TraceListener<H> {
  /**
   * A tensor was made, be it an input, a parameter or a result.
   *
   * @param shape what {@link Tensor} takes the shape to be
   * @param type what {@link Tensor} takes the type to be
   */
  void made(H handle, Shape shape, ElementType type);
}
