package org.simcse.tf;

import org.simcse.api.tensor.HostTensor;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/** Copies between the heap and TensorFlow's own memory. */
final class HostTensors {
  private HostTensors() {}

  /** Returns a native copy, which the caller closes; double precision is narrowed. */
  static Tensor toNative(HostTensor value) {
    Shape shape = Shape.of(value.shape());
    if (value instanceof HostTensor.Longs longs) {
      TInt64 copy = TInt64.tensorOf(shape);
      bytes(copy).asLongs().write(longs.toLongs());
      return copy;
    }
    TFloat32 copy = TFloat32.tensorOf(shape);
    // Arrays are copied at memory speed; NIO buffers are copied element by element.
    bytes(copy).asFloats().write(floats(value));
    return copy;
  }

  /** Returns a heap copy of a native tensor of one of the two types that leave a program. */
  static HostTensor copy(Tensor tensor) {
    long[] shape = tensor.shape().asArray();
    int size = Math.toIntExact(tensor.shape().size());
    if (tensor instanceof TInt64) {
      long[] copy = new long[size];
      bytes(tensor).asLongs().read(copy);
      return HostTensor.of(copy, shape);
    }
    float[] copy = new float[size];
    bytes(tensor).asFloats().read(copy);
    return HostTensor.of(copy, shape);
  }

  private static float[] floats(HostTensor value) {
    if (value instanceof HostTensor.Floats floats
        && floats.data().hasArray()
        && floats.data().array().length == value.size()) {
      return floats.data().array();
    }
    return value.toFloats();
  }

  private static ByteDataBuffer bytes(Tensor tensor) {
    return tensor.asRawTensor().data();
  }
}
