package org.simcse.api.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PortableRandomTest {
  /** Fixed for ever: checkpoints resume and engines agree only while these numbers stay. */
  @Test
  void theNumbersAreThoseOfTheSpecification() {
    assertThat(PortableRandom.mix(0, 0)).isEqualTo(Integer.toUnsignedLong(finalised(0x9E3779B9)));
    assertThat(PortableRandom.mix(5, 7))
        .isEqualTo(Integer.toUnsignedLong(finalised((5 ^ 7) + 0x9E3779B9)));
  }

  private static int finalised(int h) {
    int x = (h ^ h >>> 16) * 0x85EBCA6B;
    x = (x ^ x >>> 13) * 0xC2B2AE35;
    return x ^ x >>> 16;
  }

  @Test
  void everyPartOfTheKeyCounts() {
    double base = PortableRandom.uniform(1, 2, 3, 4, 5, 6);
    assertThat(PortableRandom.uniform(1, 2, 3, 4, 5, 6)).isEqualTo(base);
    assertThat(PortableRandom.uniform(1 + (1L << 40), 2, 3, 4, 5, 6)).isNotEqualTo(base);
    assertThat(PortableRandom.uniform(1, 7, 3, 4, 5, 6)).isNotEqualTo(base);
    assertThat(PortableRandom.uniform(1, 2, 7, 4, 5, 6)).isNotEqualTo(base);
    assertThat(PortableRandom.uniform(1, 2, 3, 7, 5, 6)).isNotEqualTo(base);
    assertThat(PortableRandom.uniform(1, 2, 3, 4, 7, 6)).isNotEqualTo(base);
    assertThat(PortableRandom.uniform(1, 2, 3, 4, 5, 7)).isNotEqualTo(base);
    assertThat(PortableRandom.uniform(1, 2, 3, 4))
        .isEqualTo(PortableRandom.uniform(1, 2, 3, 4, 0, 0));
  }

  @Test
  void theNumbersAreSpreadEvenly() {
    double[] draws =
        IntStream.range(0, 100_000)
            .mapToDouble(i -> PortableRandom.uniform(9, 1, i / 100, i % 100))
            .toArray();
    assertThat(IntStream.range(0, draws.length).allMatch(i -> draws[i] >= 0 && draws[i] < 1))
        .isTrue();
    // Five standard deviations of the mean of 100,000 uniform draws are 0.0046.
    assertThat(IntStream.range(0, draws.length).mapToDouble(i -> draws[i]).average().orElseThrow())
        .isCloseTo(0.5, within(0.005));
    for (int bucket = 0; bucket < 10; bucket++) {
      double low = bucket / 10.0;
      long count =
          IntStream.range(0, draws.length)
              .filter(i -> draws[i] >= low && draws[i] < low + 0.1)
              .count();
      assertThat(count).isBetween(9_500L, 10_500L);
    }
  }
}
