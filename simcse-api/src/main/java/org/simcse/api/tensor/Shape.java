package org.simcse.api.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.simcse.api.error.ShapeException;

/**
 * The sizes of a tensor's axes, such as {@code [B, T, 768]}.
 *
 * @param dims one size per axis, outermost first; empty for a scalar
 * @since 0.1.0
 */
public record Shape(List<Dim> dims) {
  /** Copies the list. */
  public Shape {
    dims = List.copyOf(dims);
  }

  /** Returns a shape of fixed sizes. */
  public static Shape of(long... sizes) {
    return new Shape(Arrays.stream(sizes).mapToObj(Dim::of).toList());
  }

  /** Returns a shape of sizes that may be symbols. */
  public static Shape of(Dim... dims) {
    return new Shape(List.of(dims));
  }

  /** Returns the shape of a single number. */
  public static Shape scalar() {
    return new Shape(List.of());
  }

  /** Returns the number of axes. */
  public int rank() {
    return dims.size();
  }

  /**
   * Returns the size of one axis.
   *
   * @param axis the axis, from 0, or from -1 for the last backwards
   */
  public Dim dim(int axis) {
    return dims.get(axis(axis));
  }

  /**
   * Returns the same axis counted from 0.
   *
   * @param axis the axis, from 0, or from -1 for the last backwards
   * @throws ShapeException if there is no such axis
   */
  public int axis(int axis) {
    int index = axis < 0 ? axis + rank() : axis;
    if (index < 0 || index >= rank()) {
      throw new ShapeException("%s has no axis %d: it has %d axes.".formatted(this, axis, rank()));
    }
    return index;
  }

  /** Returns the number of elements. */
  public Dim elements() {
    return dims.stream().reduce(Dim.of(1), Dim::times);
  }

  /** Returns this shape with another size of one axis. */
  public Shape with(int axis, Dim size) {
    List<Dim> changed = new ArrayList<>(dims);
    changed.set(axis(axis), size);
    return new Shape(changed);
  }

  /** Returns this shape without one axis. */
  public Shape without(int axis) {
    List<Dim> rest = new ArrayList<>(dims);
    rest.remove(axis(axis));
    return new Shape(rest);
  }

  /** Returns this shape with a new axis in front of {@code axis}, which may equal the rank. */
  public Shape insert(int axis, Dim size) {
    List<Dim> more = new ArrayList<>(dims);
    more.add(axis, size);
    return new Shape(more);
  }

  /** Returns the axes from {@code from} inclusive to {@code to} exclusive. */
  public Shape slice(int from, int to) {
    return new Shape(dims.subList(from, to));
  }

  /** Returns the axes of this shape followed by those of another. */
  public Shape concat(Shape other) {
    List<Dim> both = new ArrayList<>(dims);
    both.addAll(other.dims);
    return new Shape(both);
  }

  /** Returns whether every size is a number. */
  public boolean isFixed() {
    return dims.stream().allMatch(Dim::isFixed);
  }

  /** Returns the sizes for the given values of the symbols. */
  public long[] sizes(Map<String, Long> symbols) {
    return dims.stream().mapToLong(dim -> dim.size(symbols)).toArray();
  }

  /**
   * Returns the shape of an element-wise operation on two shapes, by NumPy's broadcasting rule:
   * axes are aligned at the last, and a size of 1 is stretched.
   *
   * @throws ShapeException if two sizes differ and neither is 1; a symbol is never stretched
   */
  public static Shape broadcast(String operation, Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    List<Dim> dims = new ArrayList<>(rank);
    for (int i = 0; i < rank; i++) {
      Dim x = i < rank - a.rank() ? Dim.of(1) : a.dims.get(i - rank + a.rank());
      Dim y = i < rank - b.rank() ? Dim.of(1) : b.dims.get(i - rank + b.rank());
      if (!x.equals(y) && !x.is(1) && !y.is(1)) {
        throw new ShapeException(
            "%s: %s and %s cannot be broadcast: sizes %s and %s differ."
                .formatted(operation, a, b, x, y));
      }
      dims.add(x.is(1) ? y : x);
    }
    return new Shape(dims);
  }

  @Override
  public String toString() {
    return dims.toString();
  }
}
