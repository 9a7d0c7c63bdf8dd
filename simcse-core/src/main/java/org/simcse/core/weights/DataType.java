package org.simcse.core.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntToLongFunction;
import org.simcse.api.tensor.HostTensor;

/** How numbers are stored in a file. Constants are named as in safetensors. */
public enum DataType {
  /** IEEE 754 double precision. */
  F64(8),
  /** IEEE 754 single precision. */
  F32(4),
  /** IEEE 754 half precision. */
  F16(2),
  /** The upper half of a single-precision number. */
  BF16(2),
  /** Signed 64-bit integers. */
  I64(8),
  /** Signed 32-bit integers. */
  I32(4),
  /** Signed 16-bit integers. */
  I16(2),
  /** Signed bytes. */
  I8(1),
  /** Unsigned bytes. */
  U8(1),
  /** A byte each, 0 or 1. */
  BOOL(1);

  private final int bytes;

  DataType(int bytes) {
    this.bytes = bytes;
  }

  /** Returns the type that stores a tensor's numbers without loss. */
  public static DataType of(HostTensor tensor) {
    if (tensor instanceof HostTensor.Longs) {
      return I64;
    }
    return tensor instanceof HostTensor.Doubles ? F64 : F32;
  }

  /** Returns the number of bytes per element. */
  public int bytes() {
    return bytes;
  }

  static Optional<DataType> named(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }

  /**
   * Returns the number of elements of a shape.
   *
   * @throws ArithmeticException if it does not fit a long, or a size is negative
   */
  static long count(long[] shape) {
    long count = 1;
    for (long size : shape) {
      if (size < 0) {
        throw new ArithmeticException("negative size " + size);
      }
      count = Math.multiplyExact(count, size);
    }
    return count;
  }

  /** Returns the numbers between a buffer's position and limit, as a view if the type allows it. */
  HostTensor decode(ByteBuffer stored, long[] shape) {
    ByteBuffer data = stored.slice().order(ByteOrder.LITTLE_ENDIAN);
    return switch (this) {
      case F64 -> new HostTensor.Doubles(shape, data.asDoubleBuffer());
      case F32 -> new HostTensor.Floats(shape, data.asFloatBuffer());
      case F16 -> floats(data, shape, DataType::halfToFloat);
      case BF16 -> floats(data, shape, bits -> Float.intBitsToFloat(bits << 16));
      case I64 -> new HostTensor.Longs(shape, data.asLongBuffer());
      case I32 -> longs(shape, data.remaining() / bytes, i -> data.getInt(i * bytes));
      case I16 -> longs(shape, data.remaining() / bytes, i -> data.getShort(i * bytes));
      case I8 -> longs(shape, data.remaining(), data::get);
      case U8, BOOL -> longs(shape, data.remaining(), i -> data.get(i) & 0xff);
    };
  }

  private interface BitsToFloat {
    float convert(short bits);
  }

  private static HostTensor floats(ByteBuffer data, long[] shape, BitsToFloat conversion) {
    float[] values = new float[data.remaining() / 2];
    for (int i = 0; i < values.length; i++) {
      values[i] = conversion.convert(data.getShort(2 * i));
    }
    return new HostTensor.Floats(shape, FloatBuffer.wrap(values));
  }

  private static HostTensor longs(long[] shape, int count, IntToLongFunction element) {
    long[] values = new long[count];
    Arrays.setAll(values, element);
    return new HostTensor.Longs(shape, LongBuffer.wrap(values));
  }

  /** Converts IEEE 754 half to single precision, exact for every value; built into JDK 20. */
  static float halfToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >> 10) & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0) { // zero and subnormal numbers: fraction * 2^-24
      return Float.intBitsToFloat(sign | Float.floatToRawIntBits(fraction * 0x1p-24f));
    }
    int widened = exponent == 31 ? 0xff : exponent + 127 - 15;
    return Float.intBitsToFloat(sign | (widened << 23) | (fraction << 13));
  }

  /** Stores {@code count} of a tensor's numbers in {@code target}, which has room for them. */
  void encode(HostTensor tensor, int from, int count, ByteBuffer target) {
    for (int i = from; i < from + count; i++) {
      switch (this) {
        case F64 -> target.putDouble(tensor.at(i));
        case F32 -> target.putFloat((float) tensor.at(i));
        case I64 -> target.putLong(((HostTensor.Longs) tensor).data().get(i));
        default -> throw new IllegalArgumentException(this + " cannot be written.");
      }
    }
  }
}
