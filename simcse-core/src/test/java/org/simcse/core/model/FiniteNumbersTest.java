package org.simcse.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FiniteNumbersTest {
  private static final int COUNT = 20_000; // more than are looked at together

  @ParameterizedTest
  @ValueSource(ints = {0, 8191, 8192, COUNT - 1})
  void oneThatIsNotFiniteIsFoundAnywhere(int place) {
    for (float odd : new float[] {Float.NaN, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY}) {
      FloatBuffer numbers = FloatBuffer.allocate(COUNT).put(place, odd);
      assertThat(FiniteNumbers.all(numbers)).as("%s at %d", odd, place).isFalse();
    }
  }

  @Test
  void theLargestAndTheSmallestAreFinite() {
    float[] numbers = {Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, -0f, 1};
    assertThat(FiniteNumbers.all(FloatBuffer.wrap(numbers).position(3))).isTrue();
    assertThat(FiniteNumbers.all(FloatBuffer.allocate(0))).isTrue();
  }
}
