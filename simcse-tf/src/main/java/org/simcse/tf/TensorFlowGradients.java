package org.simcse.tf;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Lifecycle;
import org.simcse.api.tensor.HostTensor;
import org.tensorflow.Operation;
import org.tensorflow.Output;

/** A gradient buffer over borrowed accumulators, which are returned when it is closed. */
final class TensorFlowGradients implements GradientBuffer, Lifecycle.Part {
  private final Lifecycle life;
  private final Accumulators accumulators;
  private final Runnable onClose;

  TensorFlowGradients(Lifecycle life, Accumulators accumulators, Runnable onClose) {
    this.life = life;
    this.accumulators = accumulators;
    this.onClose = onClose;
  }

  @Override
  public Lifecycle lifecycle() {
    return life;
  }

  /** Checks that the buffer is open. */
  void check() {
    life.exclusive(() -> {});
  }

  /** Returns the operations that add a program's gradients to this buffer. */
  List<Operation> additions(TensorFlowTrace.Gradients gradients) {
    return life.exclusive(() -> accumulators.additions(gradients));
  }

  /** Returns the gradients by parameter, as they are read. */
  SortedMap<String, Output<?>> sums() {
    return life.exclusive(accumulators::byParameter);
  }

  @Override
  public void zero() {
    life.exclusive(accumulators::zero);
  }

  @Override
  public void scale(double by) {
    life.exclusive(() -> accumulators.scale(by));
  }

  @Override
  public double globalNorm() {
    return life.exclusive(() -> Math.sqrt(accumulators.sumOfSquares()));
  }

  @Override
  public Map<String, HostTensor> read() {
    return life.exclusive(() -> Collections.unmodifiableMap(accumulators.read()));
  }

  @Override
  public void onHost(Consumer<List<HostTensor>> change) {
    life.exclusive(
        () -> {
          List<HostTensor> copies = List.copyOf(accumulators.read().values());
          change.accept(copies);
          accumulators.write(copies);
        });
  }

  @Override
  public void close() {
    life.close(onClose);
  }
}
