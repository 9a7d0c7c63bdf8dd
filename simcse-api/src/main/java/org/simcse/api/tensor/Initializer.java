package org.simcse.api.tensor;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The initial values of a parameter that is not in the checkpoint.
 *
 * <p>Values are computed on the host from a seed and the parameter's full name, so that every
 * engine starts from the same values, in whatever order parameters are created.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface Initializer {
  /** Fills {@code values} with draws from {@code random}. */
  void fill(float[] values, RandomGenerator random);

  /** Returns an initializer that sets every value to 0. */
  static Initializer zeros() {
    return constant(0);
  }

  /** Returns an initializer that sets every value to 1. */
  static Initializer ones() {
    return constant(1);
  }

  /** Returns an initializer that sets every value to {@code value}. */
  static Initializer constant(float value) {
    return (values, random) -> Arrays.fill(values, value);
  }

  /**
   * Returns an initializer that draws from the normal distribution with mean 0 and the given
   * standard deviation, not truncated, as the reference does.
   */
  static Initializer normal(float standardDeviation) {
    return (values, random) -> {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (random.nextGaussian() * standardDeviation);
      }
    };
  }

  /**
   * Returns the initial values of a parameter.
   *
   * @param seed the run's seed
   * @param name the parameter's full name
   * @param sizes the parameter's shape
   */
  default HostTensor values(long seed, String name, long... sizes) {
    HostTensor values =
        HostTensor.of(
            new float[Math.toIntExact(Arrays.stream(sizes).reduce(1, Math::multiplyExact))], sizes);
    long mixed = seed;
    for (int i = 0; i < name.length(); i++) {
      mixed =
          (mixed ^ name.charAt(i))
              * 0x100000001B3L; // FNV-1a over the name, continued from the seed
    }
    fill(((HostTensor.Floats) values).data().array(), new SplittableRandom(mixed));
    return values;
  }
}
