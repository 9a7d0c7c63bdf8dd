package org.simcse.api.tensor;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import org.simcse.api.error.ShapeException;

/**
 * A tensor on the host, in row-major order, in a heap or direct buffer.
 *
 * <p>A view: the creator of the buffer owns it, and writing to the buffer changes the tensor.
 * Elements are {@code buffer.get(0) … buffer.get(size - 1)} regardless of the buffer's position.
 * Engines accept both {@link Floats} and {@link Doubles} for {@link ElementType#FLOAT} and return
 * {@link Floats}; a double-precision backend returns {@link Doubles}. Not thread-safe while one
 * thread writes.
 *
 * @since 0.1.0
 */
public sealed interface HostTensor {
  /** Returns the sizes of the axes, outermost first. */
  long[] shape();

  /** Returns the type of the elements. */
  ElementType type();

  /** Returns the element at an index in row-major order. */
  double at(int index);

  /** Returns the number of elements. */
  default int size() {
    return count(shape());
  }

  /** Returns a copy as single-precision numbers. */
  default float[] toFloats() {
    float[] copy = new float[size()];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = (float) at(i);
    }
    return copy;
  }

  /** Returns a copy as double-precision numbers. */
  default double[] toDoubles() {
    double[] copy = new double[size()];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = at(i);
    }
    return copy;
  }

  /** Returns a copy as integers; fractions are truncated. */
  default long[] toLongs() {
    long[] copy = new long[size()];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = (long) at(i);
    }
    return copy;
  }

  /** Returns the array itself, not a copy, as a tensor. */
  static HostTensor of(float[] data, long... shape) {
    return new Floats(shape, FloatBuffer.wrap(data));
  }

  /** Returns the array itself, not a copy, as a tensor. */
  static HostTensor of(double[] data, long... shape) {
    return new Doubles(shape, DoubleBuffer.wrap(data));
  }

  /** Returns the array itself, not a copy, as a tensor. */
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
    /** Checks that the number of elements matches the shape. */
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
    /** Checks that the number of elements matches the shape. */
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
    /** Checks that the number of elements matches the shape. */
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
