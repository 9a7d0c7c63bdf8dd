package org.simcse.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Optional;
import org.simcse.api.error.BackendException;
import org.simcse.api.tensor.HostTensor;

/** Copies tensors between host and device. */
final class HostTensors {
  private HostTensors() {}

  /** Returns a copy on the manager's device. */
  static NDArray toDevice(NDManager manager, HostTensor value) {
    Shape shape = new Shape(value.shape());
    if (value.size() == 0) {
      return manager.zeros(
          shape, value instanceof HostTensor.Longs ? DataType.INT64 : DataType.FLOAT32);
    }
    if (value instanceof HostTensor.Longs longs) {
      ByteBuffer bytes = direct(value.size(), Long.BYTES);
      bytes.asLongBuffer().put(longs.data().duplicate().clear());
      return manager.create(bytes, shape, DataType.INT64);
    }
    return manager.create(floats(value), shape, DataType.FLOAT32);
  }

  /** Replaces the elements of a tensor of floating-point numbers. */
  static void write(NDArray array, HostTensor value) {
    Optional<FloatBuffer> memory = memory(array);
    if (memory.isPresent()) {
      memory.get().put(elements(value)); // to set it on the CPU prints a warning of libtorch
    } else if (value.size() > 0) {
      array.set(floats(value)); // of a direct buffer, which libtorch uses directly
    }
  }

  private static ByteBuffer floats(HostTensor value) {
    ByteBuffer bytes = direct(value.size(), Float.BYTES);
    bytes.asFloatBuffer().put(elements(value));
    return bytes;
  }

  private static FloatBuffer elements(HostTensor value) {
    return value instanceof HostTensor.Floats floats
        ? floats.data().duplicate().clear()
        : FloatBuffer.wrap(value.toFloats());
  }

  /** Returns a copy on the heap. */
  static HostTensor toHost(NDArray array) {
    long[] shape = array.getShape().getShape();
    return array.getDataType() == DataType.INT64
        ? HostTensor.of(array.toLongArray(), shape)
        : HostTensor.of(array.toFloatArray(), shape);
  }

  /**
   * Returns a tensor of single-precision numbers without a copy: changes are changes of the array.
   * Must not be used once the array is closed. Empty if it is on another device.
   */
  static Optional<HostTensor> view(NDArray array) {
    return memory(array)
        .map(numbers -> new HostTensor.Floats(array.getShape().getShape(), numbers));
  }

  /** Returns where the numbers of a contiguous array are, if that is in the host's memory. */
  private static Optional<FloatBuffer> memory(NDArray array) {
    if (array.size() == 0 || !array.getDevice().equals(Device.cpu())) {
      return Optional.empty();
    }
    ByteBuffer bytes = array.toByteBuffer(true).order(ByteOrder.nativeOrder());
    return bytes.isDirect() ? Optional.of(bytes.asFloatBuffer()) : Optional.empty();
  }

  private static ByteBuffer direct(int count, int width) {
    int bytes = Math.multiplyExact(count, width);
    try {
      return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    } catch (OutOfMemoryError e) {
      // The JVM's own message does not name the option, whose default is the size of the heap.
      throw new BackendException(
          "A tensor of %,d bytes does not fit into Java's memory outside of the heap (%s). Start Java with -XX:MaxDirectMemorySize=SIZE, where SIZE is more than the model's weights take, such as 1g for a BERT-base."
              .formatted(bytes, e.getMessage()),
          e);
    }
  }
}
