package org.simcse.core.io;

/**
 * The generator SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014): the same numbers on every Java version and machine.
 *
 * <p>Not thread-safe.
 */
public final class SplitMix64 {
  /** The odd number that a state grows by, 2^64 divided by the golden ratio. */
  public static final long GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  private SplitMix64(long state) {
    this.state = state;
  }

  /**
   * Returns the generator of an epoch. It starts at {@code mix(mix(seed + GAMMA) + epoch)}: mixed
   * in between, so that epoch 1 of a seed shares nothing with epoch 0 of the next seed.
   */
  public static SplitMix64 ofEpoch(long seed, int epoch) {
    return new SplitMix64(mix(mix(seed + GAMMA) + epoch));
  }

  /** Returns output {@code index}, counted from 0, of the generator that starts at a seed. */
  public static long output(long seed, long index) {
    return mix(seed + (index + 1) * GAMMA);
  }

  /**
   * Returns a number from 0 inclusive to {@code bound} exclusive, from the upper 32 bits of the
   * next output; the probabilities of any two differ by at most 2^-32.
   */
  public int below(int bound) {
    state += GAMMA;
    return (int) (((mix(state) >>> 32) * bound) >>> 32);
  }

  private static long mix(long z) {
    long mixed = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
