package org.simcse.core.model;

import java.nio.FloatBuffer;

/** Finds whether numbers are finite, at the speed of memory once compiled. */
final class FiniteNumbers {
  private static final int EXPONENT = 0x7f800000;
  private static final int LOWEST_OF_EXPONENT = 0x00800000;

  private FiniteNumbers() {}

  /** Returns whether no number of the whole buffer is infinite or NaN. */
  static boolean all(FloatBuffer numbers) {
    FloatBuffer rest = numbers.duplicate().clear();
    float[] chunk = new float[Math.min(rest.remaining(), 8192)];
    while (rest.hasRemaining()) {
      int count = Math.min(chunk.length, rest.remaining());
      rest.get(chunk, 0, count);
      if (!all(chunk, count)) {
        return false;
      }
    }
    return true;
  }

  /** Has no branch: an exponent of ones, and no other, carries into the sign. */
  private static boolean all(float[] numbers, int count) {
    int carries = 0;
    for (int i = 0; i < count; i++) {
      carries |= (Float.floatToRawIntBits(numbers[i]) & EXPONENT) + LOWEST_OF_EXPONENT;
    }
    return carries >= 0;
  }
}
