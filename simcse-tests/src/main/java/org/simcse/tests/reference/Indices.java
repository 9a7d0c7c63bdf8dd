package org.simcse.tests.reference;

import java.util.Arrays;
import java.util.List;

/** Index arithmetic in row-major order, for concrete sizes. */
final class Indices {
  private Indices() {}

  static int count(int[] sizes) {
    return Arrays.stream(sizes).reduce(1, Math::multiplyExact);
  }

  /** Returns the stride of each axis. */
  static int[] strides(int[] sizes) {
    int[] strides = new int[sizes.length];
    int stride = 1;
    for (int axis = sizes.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= sizes[axis];
    }
    return strides;
  }

  /**
   * For each element of a tensor of {@code sizes}, {@code offset} plus coordinates times strides.
   */
  static int[] walk(int[] sizes, int[] strides, int offset) {
    int[] places = new int[count(sizes)];
    int[] at = new int[sizes.length];
    int place = offset;
    for (int i = 0; i < places.length; i++) {
      places[i] = place;
      for (int axis = sizes.length - 1; axis >= 0; axis--) {
        place += strides[axis];
        if (++at[axis] < sizes[axis]) {
          break;
        }
        place -= at[axis] * strides[axis];
        at[axis] = 0;
      }
    }
    return places;
  }

  /** For each element of {@code to}, the element of {@code from} that broadcasting puts there. */
  static int[] broadcast(int[] from, int[] to) {
    int[] own = strides(from);
    int[] strides = new int[to.length];
    for (int axis = 0; axis < from.length; axis++) {
      strides[to.length - from.length + axis] = from[axis] == 1 ? 0 : own[axis];
    }
    return walk(to, strides, 0);
  }

  /** For each element of {@code sizes}, its index once the given axes are removed. */
  static int[] reduced(int[] sizes, List<Integer> axes) {
    int[] kept = sizes.clone();
    axes.forEach(axis -> kept[axis] = 1);
    return broadcast(kept, sizes);
  }

  /** For each element of the permuted tensor, its index in the one of {@code sizes}. */
  static int[] permuted(int[] sizes, List<Integer> permutation) {
    int[] own = strides(sizes);
    return walk(
        permutation.stream().mapToInt(axis -> sizes[axis]).toArray(),
        permutation.stream().mapToInt(axis -> own[axis]).toArray(),
        0);
  }

  /** For each element of a part along one axis, its index in the whole. */
  static int[] sliced(int[] sizes, int axis, int start, int length) {
    int[] own = strides(sizes);
    int[] part = sizes.clone();
    part[axis] = length;
    return walk(part, own, start * own[axis]);
  }

  /** For each element of the maximum over one axis, the index of its first occurrence. */
  static int[] largest(double[] data, int[] sizes, int axis) {
    int[] group = reduced(sizes, List.of(axis));
    int[] kept = sizes.clone();
    kept[axis] = 1;
    int[] best = new int[count(kept)];
    Arrays.fill(best, -1);
    for (int i = 0; i < data.length; i++) {
      int known = best[group[i]];
      if (known < 0 || data[i] > data[known] || Double.isNaN(data[i])) {
        best[group[i]] = i;
      }
    }
    return best;
  }
}
