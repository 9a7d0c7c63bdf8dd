package org.simcse.tf;

import java.util.LinkedHashMap;
import java.util.Map;
import org.simcse.api.tensor.HostTensor;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/** The feeds of one run: native copies by placeholder, freed with the run. */
final class Feeds implements AutoCloseable {
  private final Map<Output<?>, Tensor> tensors = new LinkedHashMap<>();

  Feeds with(Output<?> placeholder, HostTensor value) {
    tensors.put(placeholder, HostTensors.toNative(value));
    return this;
  }

  Feeds with(Output<?> placeholder, long value) {
    tensors.put(placeholder, TInt64.scalarOf(value));
    return this;
  }

  Feeds with(Output<?> placeholder, float value) {
    tensors.put(placeholder, TFloat32.scalarOf(value));
    return this;
  }

  /** Feeds a native tensor, which is closed with the feeds. */
  Feeds with(Output<?> placeholder, Tensor value) {
    tensors.put(placeholder, value);
    return this;
  }

  void into(Session.Runner runner) {
    tensors.forEach(runner::feed);
  }

  @Override
  public void close() {
    tensors.values().forEach(Tensor::close);
  }
}
