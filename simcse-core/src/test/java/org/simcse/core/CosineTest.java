package org.simcse.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.error.ShapeException;

class CosineTest {
  private static float[] scaled(float[] vector, float factor) {
    float[] result = vector.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] *= factor;
    }
    return result;
  }

  @Test
  void parallelVectorsStayWithinOne() {
    Random random = new Random(1);
    for (int trial = 0; trial < 1000; trial++) {
      float[] a = new float[64];
      for (int i = 0; i < a.length; i++) {
        a[i] = (float) random.nextGaussian();
      }
      assertThat(SimCse.cosine(a, a)).isEqualTo(1);
      assertThat(SimCse.cosine(a, scaled(a, 3))).isLessThanOrEqualTo(1).isCloseTo(1, within(1e-12));
      assertThat(SimCse.cosine(a, scaled(a, -3)))
          .isGreaterThanOrEqualTo(-1)
          .isCloseTo(-1, within(1e-12));
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.MIN_VALUE, 1e-30f, 1e30f, Float.MAX_VALUE / 4})
  void neitherTinyNorHugeVectorsLeaveTheRange(float size) {
    float[] a = {size, size, 0, size};
    float[] b = {size, -size, size, size};
    assertThat(SimCse.cosine(a, b)).isCloseTo(1 / Math.sqrt(12), within(1e-15));
    assertThat(SimCse.cosine(a, new float[] {1, -1, 1, 1}))
        .isCloseTo(1 / Math.sqrt(12), within(1e-15));
  }

  @Test
  void theCosineWithAZeroVectorIsZero() {
    assertThat(SimCse.cosine(new float[2], new float[] {1, 2})).isZero();
    assertThat(SimCse.cosine(new float[2], new float[2])).isZero();
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void theCosineOfWhatIsNotFiniteIsNotANumber(float value) {
    for (float[] other : new float[][] {{0, 0}, {1, 1}, {0, 1}, {value, 1}}) {
      assertThat(SimCse.cosine(new float[] {value, 1}, other)).isNaN();
      assertThat(SimCse.cosine(other, new float[] {value, 1})).isNaN();
    }
  }

  @Test
  void vectorsOfDifferentSizesAreRefused() {
    assertThatExceptionOfType(ShapeException.class)
        .isThrownBy(() -> SimCse.cosine(new float[2], new float[3]));
  }
}
