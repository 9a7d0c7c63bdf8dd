package org.simcse.core.weights;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A tensor as PyTorch saves it: a strided view of a storage, which other tensors may share.
 *
 * @param offset the index of its first element in the storage
 * @param stride the distance of neighbours on each axis, in elements
 */
record TorchTensor(Storage storage, long offset, long[] shape, long[] stride) {

  /** A named sequence of numbers. */
  record Storage(String key, DataType type, long size) {
    Storage {
      if (size < 0 || size > Long.MAX_VALUE / type.bytes()) {
        throw new IllegalArgumentException(
            "storage %s cannot have %d numbers".formatted(key, size));
      }
    }

    long bytes() {
      return size * type.bytes();
    }
  }

  /** Validates that every element lies within the storage. */
  TorchTensor {
    try {
      if (!fits(storage, offset, shape, stride)) {
        throw new IllegalArgumentException(
            "a tensor of offset %d, shape %s and stride %s does not fit its storage %s of %d numbers"
                .formatted(
                    offset,
                    Arrays.toString(shape),
                    Arrays.toString(stride),
                    storage.key,
                    storage.size));
      }
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "a tensor in storage %s has the impossible shape %s"
              .formatted(storage.key, Arrays.toString(shape)),
          e);
    }
  }

  /**
   * Also rejects tensors larger than their storage, which would need memory that the file never
   * had.
   */
  private static boolean fits(Storage storage, long offset, long[] shape, long[] stride) {
    long count = DataType.count(shape);
    if (offset < 0 || shape.length != stride.length || count > storage.size) {
      return false;
    }
    long last = offset;
    for (int axis = 0; axis < shape.length; axis++) {
      if (stride[axis] < 0) {
        return false;
      }
      last = Math.addExact(last, Math.multiplyExact(Math.max(shape[axis] - 1, 0), stride[axis]));
    }
    return count == 0 || last < storage.size;
  }

  /** Returns the elements row by row. */
  ByteBuffer bytes(TorchArchive archive) {
    int size = storage.type.bytes();
    long count = DataType.count(shape);
    long from = offset * size;
    if (isContiguous()) {
      return archive.read(storage, from, count * size);
    }
    ByteBuffer all = archive.read(storage, from, storage.bytes() - from);
    ByteBuffer packed = ByteBuffer.allocate(Math.toIntExact(count * size));
    long[] index = new long[shape.length];
    for (long i = 0; i < count; i++) {
      int place = Math.toIntExact(position(index) * size);
      packed.put(all.slice(place, size));
      advance(index);
    }
    return packed.flip();
  }

  private boolean isContiguous() {
    long expected = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      if (shape[axis] != 1 && stride[axis] != expected) {
        return DataType.count(shape) == 0;
      }
      expected *= shape[axis];
    }
    return true;
  }

  private long position(long[] index) {
    long position = 0;
    for (int axis = 0; axis < index.length; axis++) {
      position += index[axis] * stride[axis];
    }
    return position;
  }

  private void advance(long[] index) {
    for (int axis = index.length - 1; axis >= 0; axis--) {
      if (++index[axis] < shape[axis]) {
        return;
      }
      index[axis] = 0;
    }
  }
}
