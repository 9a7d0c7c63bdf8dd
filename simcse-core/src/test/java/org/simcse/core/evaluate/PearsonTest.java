package org.simcse.core.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PearsonTest {
  private static double[] numbers(double... values) {
    return values;
  }

  /** Deviations -1.5, -0.5, 0.5, 1.5 and -2, 1, -1, 2: 5 / √(5 · 10). */
  @Test
  void itIsTheCosineOfTheDeviations() {
    assertThat(Pearson.correlation(numbers(1, 2, 3, 4), numbers(1, 4, 2, 5)))
        .isCloseTo(5 / Math.sqrt(50), within(1e-15));
  }

  @Test
  void linesHaveOne() {
    double[] x = {3, 1, 2, 10};
    assertThat(Pearson.correlation(x, numbers(0.3, 0.1, 0.2, 1))).isCloseTo(1, within(1e-15));
    assertThat(Pearson.correlation(x, numbers(-3, -1, -2, -10))).isCloseTo(-1, within(1e-15));
    assertThat(Pearson.correlation(numbers(1, 2), numbers(7, 9))).isEqualTo(1);
  }

  @Test
  void sizeDoesNotMatter() {
    double[] y = {1, 4, 2, 5};
    for (double size : numbers(1e-200, 1e200)) {
      assertThat(Pearson.correlation(numbers(size, 2 * size, 3 * size, 4 * size), y))
          .isCloseTo(5 / Math.sqrt(50), within(1e-15));
    }
  }

  @Test
  void whereThereIsNoneItIsNan() {
    // The mean of three times 0.1 is not 0.1.
    assertThat(Pearson.correlation(numbers(0.1, 0.1, 0.1), numbers(1, 2, 3))).isNaN();
    assertThat(Pearson.correlation(numbers(1, 2, 3), numbers(5, 5, 5))).isNaN();
    assertThat(Pearson.correlation(numbers(1, Double.NaN, 3), numbers(1, 2, 3))).isNaN();
    assertThat(Pearson.correlation(numbers(1, 2, 3), numbers(1, 2, 1.0 / 0))).isNaN();
    assertThat(Pearson.correlation(numbers(1), numbers(1))).isNaN();
    assertThat(Pearson.correlation(numbers(), numbers())).isNaN();
  }

  @Test
  void listsOfDifferentLengthsAreRefused() {
    assertThatThrownBy(() -> Pearson.correlation(numbers(1, 2), numbers(1)))
        .hasMessage("2 numbers cannot be correlated with 1.");
  }
}
