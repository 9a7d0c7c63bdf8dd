package org.simcse.core.train.step;

import java.util.Arrays;
import org.simcse.api.tensor.HostTensor;

/** Copies and sums floating-point tensors on the host, in the engine's precision. */
final class HostRows {
  private HostRows() {}

  /** Returns zeros of the precision of {@code like}. */
  static HostTensor zeros(HostTensor like, long... shape) {
    int size = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    return like instanceof HostTensor.Floats
        ? HostTensor.of(new float[size], shape)
        : HostTensor.of(new double[size], shape);
  }

  /** Copies {@code count} numbers between tensors of one precision, row by row. */
  static void copy(HostTensor from, int at, HostTensor to, int place, int count) {
    if (from instanceof HostTensor.Floats source && to instanceof HostTensor.Floats target) {
      target.data().put(place, source.data(), at, count);
    } else if (from instanceof HostTensor.Doubles source
        && to instanceof HostTensor.Doubles target) {
      target.data().put(place, source.data(), at, count);
    } else {
      throw new IllegalArgumentException("The tensors differ in precision.");
    }
  }

  /** Returns the same numbers in another shape. */
  static HostTensor reshaped(HostTensor from, long... shape) {
    HostTensor to = zeros(from, shape);
    copy(from, 0, to, 0, from.size());
    return to;
  }

  /** Adds a number to one element. */
  static void add(HostTensor to, int place, double number) {
    if (to instanceof HostTensor.Floats target) {
      target.data().put(place, (float) (target.data().get(place) + number));
    } else if (to instanceof HostTensor.Doubles target) {
      target.data().put(place, target.data().get(place) + number);
    }
  }
}
