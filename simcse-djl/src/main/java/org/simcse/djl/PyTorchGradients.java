package org.simcse.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Lifecycle;
import org.simcse.api.tensor.HostTensor;

/** Gradients as libtorch tensors, created when a program first contributes to them. */
final class PyTorchGradients implements GradientBuffer, Lifecycle.Part {
  private final NDManager manager;
  private final Lifecycle lifecycle;
  private final TreeMap<String, NDArray> byName = new TreeMap<>();

  PyTorchGradients(NDManager manager, Lifecycle lifecycle) {
    this.manager = manager;
    this.lifecycle = lifecycle;
  }

  @Override
  public Lifecycle lifecycle() {
    return lifecycle;
  }

  /** Returns the tensor to which a parameter's gradient is added. */
  NDArray of(String parameter, NDArray value) {
    return lifecycle.exclusive(
        () ->
            byName.computeIfAbsent(
                parameter, name -> manager.zeros(value.getShape(), DataType.FLOAT32)));
  }

  /** Adds a gradient; the buffer owns the tensor afterwards. */
  void add(String parameter, NDArray gradient) {
    lifecycle.exclusive(
        () -> {
          NDArray sum = byName.get(parameter);
          if (sum == null) {
            gradient.attach(manager);
            byName.put(parameter, gradient);
          } else {
            sum.addi(gradient);
            gradient.close();
          }
        });
  }

  /** Checks that the buffer is open. */
  void check() {
    lifecycle.exclusive(() -> {});
  }

  /** Visits the gradients, sorted by name. */
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
          byName.forEach((name, gradient) -> copies.put(name, HostTensors.toHost(gradient)));
          return copies;
        });
  }

  @Override
  public void onHost(Consumer<List<HostTensor>> change) {
    lifecycle.exclusive(
        () -> {
          List<HostTensor> host = new ArrayList<>();
          Map<NDArray, HostTensor> copies = new LinkedHashMap<>();
          for (NDArray gradient : byName.values()) {
            host.add(
                HostTensors.view(gradient)
                    .orElseGet(
                        () -> copies.computeIfAbsent(gradient, key -> HostTensors.toHost(key))));
          }
          change.accept(host);
          copies.forEach(HostTensors::write);
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
