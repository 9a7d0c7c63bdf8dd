package org.simcse.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Lifecycle;
import org.simcse.api.engine.Tape;
import org.simcse.api.tensor.HostTensor;

/** Outputs whose autograd graph is kept by libtorch, as long as their tensors are. */
final class PyTorchTape implements Tape, Lifecycle.Part {
  private final NDManager kept;
  private final Lifecycle lifecycle;
  private final Map<String, NDArray> outputs;
  private final Map<String, HostTensor> values;
  private final Pullback pullback;
  private boolean pulled;

  /** How gradients are pulled from outputs to parameters. */
  @FunctionalInterface
  interface Pullback {
    /** Adds the gradients of {@code Σ outputs * upstream} to those in the buffer. */
    void pull(List<NDArray> outputs, List<NDArray> upstream, PyTorchGradients into);
  }

  /**
   * Creates a tape; must be called under the exclusive lock.
   *
   * @param kept owns all tensors of the run; closed with the tape
   */
  PyTorchTape(
      NDManager kept, Lifecycle lifecycle, Map<String, NDArray> outputs, Pullback pullback) {
    this.kept = kept;
    this.lifecycle = lifecycle;
    this.outputs = outputs;
    this.pullback = pullback;
    Map<String, HostTensor> copies = new LinkedHashMap<>();
    outputs.forEach((name, output) -> copies.put(name, HostTensors.toHost(output)));
    this.values = copies;
  }

  @Override
  public Lifecycle lifecycle() {
    return lifecycle;
  }

  @Override
  public Map<String, HostTensor> outputs() {
    return new HashMap<>(values);
  }

  @Override
  public void pull(Map<String, HostTensor> upstream, GradientBuffer into) {
    PyTorchGradients buffer = lifecycle.own(PyTorchGradients.class, into, "gradient buffer");
    lifecycle.exclusive(
        () -> {
          buffer.check();
          if (pulled) {
            throw new IllegalStateException("A gradient was pulled through this tape before.");
          }
          pulled = true;
          List<NDArray> heads = new ArrayList<>();
          List<NDArray> weights = new ArrayList<>();
          upstream.forEach(
              (name, value) -> {
                NDArray output = outputs.get(name);
                if (output == null) {
                  throw new IllegalArgumentException(
                      "The tape has no output %s, only %s.".formatted(name, outputs.keySet()));
                }
                heads.add(output);
                weights.add(HostTensors.toDevice(kept, value));
              });
          pullback.pull(heads, weights, buffer);
        });
  }

  @Override
  public void close() {
    lifecycle.close(kept::close);
  }
}
