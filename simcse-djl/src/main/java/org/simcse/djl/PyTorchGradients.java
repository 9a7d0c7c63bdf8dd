package org.simcse.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Lifecycle;
import org.simcse.api.tensor.HostTensor;

/** Gradients as libtorch tensors, made when a program first contributes to them. */
final class PyTorchGradients implements GradientBuffer {
  private final NDManager manager;
  private final Lifecycle lifecycle;
  private final TreeMap<String, NDArray> byName = new TreeMap<>();

  PyTorchGradients(NDManager manager, Lifecycle lifecycle) {
    this.manager = manager;
    this.lifecycle = lifecycle;
  }

  /** Where a parameter's gradient is added; call under the exclusive lock. */
  NDArray of(PyTorchParameters.Parameter parameter) {
    return byName.computeIfAbsent(
        parameter.name, name -> manager.zeros(new Shape(parameter.shape), DataType.FLOAT32));
  }

  /** Runs work that adds to this buffer, alone; refuses when closed. */
  <T> T adding(Supplier<T> work) {
    return lifecycle.exclusive(work);
  }

  /** Shows the gradients, in the order of the names; call under the exclusive lock. */
  void visit(Consumer<Map<String, NDArray>> visitor) {
    lifecycle.exclusive(() -> visitor.accept(byName));
  }

  @Override
  public void zero() {
    lifecycle.exclusive(this::clear);
  }

  @Override
  public void scale(double by) {
    lifecycle.exclusive(() -> byName.values().forEach(gradient -> gradient.muli(by)));
  }

  @Override
  public double globalNorm() {
    return lifecycle.shared(
        () -> {
          double squares = 0;
          for (NDArray gradient : byName.values()) {
            try (NDArray norm = gradient.norm()) {
              squares += Math.pow(norm.toFloatArray()[0], 2);
            }
          }
          return Math.sqrt(squares);
        });
  }

  @Override
  public Map<String, HostTensor> read() {
    return lifecycle.shared(
        () -> {
          Map<String, HostTensor> copies = new LinkedHashMap<>();
          byName.forEach((name, gradient) -> copies.put(name, HostTransfer.toHost(gradient)));
          return copies;
        });
  }

  @Override
  public void onHost(Consumer<List<HostTensor>> change) {
    lifecycle.exclusive(
        () -> {
          List<HostTensor> host = new ArrayList<>();
          byName.values().forEach(gradient -> host.add(HostTransfer.toHost(gradient)));
          change.accept(host);
          int i = 0;
          for (NDArray gradient : byName.values()) {
            gradient.set(host.get(i++).toFloats());
          }
        });
  }

  @Override
  public void close() {
    lifecycle.close(this::clear);
  }

  private void clear() {
    byName.values().forEach(NDArray::close);
    byName.clear();
  }
}
