package org.simcse.api.tensor;

import java.util.Objects;
import org.simcse.api.error.ShapeException;

/**
 * One tracing of one program: hands out tensors over an engine's operations until it is closed.
 *
 * <p>For backend authors: make one over your operations, name its inputs, run the model's code,
 * take the results' handles, close it. A tensor of another trace, or of a closed one, is refused.
 * Confined to one thread.
 */
public final class Trace implements AutoCloseable {
  private final TensorOps<Object> ops;
  private final TraceListener<Object> listener;
  private boolean open = true;
  private String place = "";

  @SuppressWarnings("unchecked") // a listener's handles are those of its operations
  private Trace(TensorOps<Object> ops) {
    this.ops = ops;
    this.listener =
        ops instanceof TraceListener<?> listening
            ? (TraceListener<Object>) listening
            : (handle, shape, type) -> {};
  }

  /** A trace over an engine's operations. */
  @SuppressWarnings("unchecked") // handles go in and come out of this trace only, by handle(Tensor)
  public static <H> Trace over(TensorOps<H> ops) {
    return new Trace((TensorOps<Object>) Objects.requireNonNull(ops, "ops is null"));
  }

  /** A tensor over a handle of the engine's, such as an input or a parameter. */
  public Tensor tensor(Object handle, Shape shape, ElementType type) {
    checkOpen();
    listener.made(handle, shape, type);
    return new Tensor(this, handle, shape, type);
  }

  /** One number, a {@code FLOAT} scalar. */
  public Tensor constant(double value) {
    checkOpen();
    return tensor(ops.constant(value), Shape.scalar(), ElementType.FLOAT);
  }

  /**
   * The engine's handle of a tensor of this trace.
   *
   * @throws ShapeException if the tensor belongs to another trace
   */
  @SuppressWarnings("TypeParameterUnusedInFormals") // the caller made the trace over this very type
  public <H> H handle(Tensor tensor) {
    checkOpen();
    if (tensor.trace() != this) {
      throw new ShapeException(
          located(
              "A tensor of another pass ("
                  + tensor
                  + ") was used: a tensor never outlives its pass."));
    }
    @SuppressWarnings("unchecked")
    H handle = (H) tensor.handle();
    return handle;
  }

  /** Ends the trace: its tensors are refused from now on. */
  @Override
  public void close() {
    open = false;
  }

  TensorOps<Object> ops() {
    return ops;
  }

  /** Says where in the model the trace stands, for messages. */
  void at(String where) {
    place = where;
  }

  String located(String message) {
    return place.isEmpty() ? message : message + " (near parameter " + place + ")";
  }

  void checkOpen() {
    if (!open) {
      throw new IllegalStateException("The pass is over: its tensors cannot be used any more.");
    }
  }
}
