package org.simcse.api.tensor;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import org.simcse.api.error.ShapeException;

/**
 * Numbers on the host, row by row, in a heap or direct buffer.
 *
 * <p>A view: whoever made the buffer owns it, and writing to the buffer writes to the tensor.
 * Elements are {@code buffer.get(0) … buffer.get(size - 1)} whatever the buffer's position. Engines
 * take {@link Floats} and {@link Doubles} alike for {@link ElementType#FLOAT} and hand out {@link
 * Floats}; a double-precision backend hands out {@link Doubles}. Not safe for use by several
 * threads while one writes.
 */
public sealed interface HostTensor {
  /** The sizes of the axes, outermost first. */
  long[] shape();

  /** What the elements are. */
  ElementType type();

  /** The element at a place counted row by row. */
  double at(int index);

  /** The number of elements. */
  default int size() {
    return count(shape());
  }

  /** A copy as single-precision numbers. */
  default float[] toFloats() {
    float[] copy = new float[size()];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = (float) at(i);
    }
    return copy;
  }

  /** A copy as double-precision numbers. */
  default double[] toDoubles() {
    double[] copy = new double[size()];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = at(i);
    }
    return copy;
  }

  /** A copy as integers; fractions are cut. */
  default long[] toLongs() {
    long[] copy = new long[size()];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = (long) at(i);
    }
    return copy;
  }

  /** The array itself, not a copy, as a tensor. */
  static HostTensor of(float[] data, long... shape) {
    return new Floats(shape, FloatBuffer.wrap(data));
  }

  /** The array itself, not a copy, as a tensor. */
  static HostTensor of(double[] data, long... shape) {
    return new Doubles(shape, DoubleBuffer.wrap(data));
  }

  /** The array itself, not a copy, as a tensor. */
  static HostTensor of(long[] data, long... shape) {
    return new Longs(shape, LongBuffer.wrap(data));
  }

  private static int count(long[] shape) {
    long count = 1;
    for (long size : shape) {
      count = Math.multiplyExact(count, size);
    }
    return Math.toIntExact(count);
  }

  private static void check(long[] shape, int capacity) {
    if (count(shape) != capacity) {
      throw new ShapeException(
          "%d numbers do not fill the shape %s.".formatted(capacity, Arrays.toString(shape)));
    }
  }

  /** Single-precision numbers. */
  record Floats(long[] shape, FloatBuffer data) implements HostTensor {
    /** Checks that the numbers fill the shape. */
    public Floats {
      check(shape, data.capacity());
    }

    @Override
    public ElementType type() {
      return ElementType.FLOAT;
    }

    @Override
    public double at(int index) {
      return data.get(index);
    }

    @Override
    public float[] toFloats() {
      float[] copy = new float[data.capacity()];
      data.get(0, copy);
      return copy;
    }
  }

  /** Double-precision numbers. */
  record Doubles(long[] shape, DoubleBuffer data) implements HostTensor {
    /** Checks that the numbers fill the shape. */
    public Doubles {
      check(shape, data.capacity());
    }

    @Override
    public ElementType type() {
      return ElementType.FLOAT;
    }

    @Override
    public double at(int index) {
      return data.get(index);
    }

    @Override
    public double[] toDoubles() {
      double[] copy = new double[data.capacity()];
      data.get(0, copy);
      return copy;
    }
  }

  /** 64-bit integers. */
  record Longs(long[] shape, LongBuffer data) implements HostTensor {
    /** Checks that the numbers fill the shape. */
    public Longs {
      check(shape, data.capacity());
    }

    @Override
    public ElementType type() {
      return ElementType.INT;
    }

    @Override
    public double at(int index) {
      return data.get(index);
    }

    @Override
    public long[] toLongs() {
      long[] copy = new long[data.capacity()];
      data.get(0, copy);
      return copy;
    }
  }
}
