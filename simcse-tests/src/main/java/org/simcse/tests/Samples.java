package org.simcse.tests;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Shape;

/** Generated sizes and numbers; the same seed and purpose give the same ones. */
final class Samples {
  private static final int LARGEST_SIZE = 5;

  private final SplittableRandom random;

  private Samples(SplittableRandom random) {
    this.random = random;
  }

  static Samples of(long seed, String purpose) {
    return new Samples(new SplittableRandom(seed * 31 + purpose.hashCode()));
  }

  /** Returns an integer in {@code [0, bound)}. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** Returns a size for each symbol, 1 to 5. */
  Map<String, Long> sizes(String... symbols) {
    Map<String, Long> sizes = new LinkedHashMap<>();
    for (String symbol : symbols) {
      sizes.put(symbol, random.nextLong(1, LARGEST_SIZE + 1));
    }
    return sizes;
  }

  /** Returns numbers in {@code [low, high)} that are exact in single precision. */
  HostTensor floats(double low, double high, long... shape) {
    double[] numbers = random.doubles(count(shape), low, high).map(x -> (float) x).toArray();
    return HostTensor.of(numbers, shape);
  }

  /** Returns integers in {@code [low, high)}. */
  HostTensor ints(long low, long high, long... shape) {
    return HostTensor.of(random.longs(count(shape), low, high).toArray(), shape);
  }

  /** Returns values for every operand, for the given sizes of the symbols. */
  Map<String, HostTensor> inputs(List<Operation.Operand> operands, Map<String, Long> sizes) {
    Map<String, HostTensor> inputs = new LinkedHashMap<>();
    for (Operation.Operand operand : operands) {
      long[] shape = operand.shape().sizes(sizes);
      inputs.put(
          operand.name(),
          operand.type() == ElementType.INT
              ? ints((long) operand.low(), (long) operand.high(), shape)
              : floats(operand.low(), operand.high(), shape));
    }
    return inputs;
  }

  /**
   * Returns a shape that broadcasts to another: leading axes may be dropped, sizes may become 1.
   */
  Shape shrunk(Shape whole) {
    Shape part = whole.slice(below(whole.rank() + 1), whole.rank());
    for (int axis = 0; axis < part.rank(); axis++) {
      if (below(3) == 0) {
        part = part.with(axis, org.simcse.api.tensor.Dim.of(1));
      }
    }
    return part;
  }

  private static int count(long... shape) {
    return Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
  }
}
