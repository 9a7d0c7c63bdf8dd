package org.simcse.api.tensor;

/**
 * The counter-based generator behind {@link TensorOps#uniform}, in plain Java.
 *
 * <p>Every number is a hash of its position, so any part of a tensor can be drawn independently.
 * All arithmetic is on unsigned 32-bit words. {@code docs/specification.md} specifies it bit for
 * bit.
 *
 * @since 0.1.0
 */
public final class PortableRandom {
  /** The multiplier of the mixing step, from the finaliser of MurmurHash3 (Appleby 2011). */
  public static final long MULTIPLIER_1 = 0x85EBCA6BL;

  /** The second multiplier of the mixing step, likewise. */
  public static final long MULTIPLIER_2 = 0xC2B2AE35L;

  /** Added between two words of the key: 2^32 divided by the golden ratio. */
  public static final long INCREMENT = 0x9E3779B9L;

  private static final long WORD = 0xFFFFFFFFL;

  private PortableRandom() {}

  /** Continues a hash with the low 32 bits of {@code word}. */
  public static long mix(long hash, long word) {
    long h = (hash ^ (word & WORD)) + INCREMENT & WORD;
    h = (h ^ h >>> 16) * MULTIPLIER_1 & WORD;
    h = (h ^ h >>> 13) * MULTIPLIER_2 & WORD;
    return h ^ h >>> 16;
  }

  /**
   * Returns the number at one position, a multiple of 2^-24 in [0, 1).
   *
   * @param seed the run's seed; all 64 bits are used
   * @param site the index of the draw in the program
   * @param row the key of the row
   * @param place the indices within the row: up to three, absent ones are 0
   */
  public static double uniform(long seed, int site, long row, long... place) {
    long hash = mix(mix(mix(mix(0, seed), seed >>> 32), site), row);
    for (int i = 0; i < 3; i++) {
      hash = mix(hash, i < place.length ? place[i] : 0);
    }
    return (hash >>> 8) * 0x1p-24;
  }
}
