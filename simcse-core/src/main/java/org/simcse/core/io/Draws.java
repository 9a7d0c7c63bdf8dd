package org.simcse.core.io;

/**
 * Random numbers that depend on a seed and an epoch alone, on every Java version alike.
 *
 * <p>The generator is SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014). It starts at {@code mix(mix(seed + GAMMA) + epoch)}; of every output
 * the upper 32 bits count.
 */
public final class Draws {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  public Draws(long seed, int epoch) {
    // Mixed in between, so that epoch 1 of seed s has nothing of epoch 0 of seed s + 1.
    state = mix(mix(seed + GAMMA) + epoch);
  }

  /** A number from 0 to below {@code bound}; the chances of any two differ by at most 2^-32. */
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
