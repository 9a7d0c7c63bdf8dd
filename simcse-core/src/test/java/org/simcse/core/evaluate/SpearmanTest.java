package org.simcse.core.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SpearmanTest {
  private static double[] numbers(double... values) {
    return values;
  }

  @Test
  void onlyTheOrderCounts() {
    double[] x = {3, 1, 2, 10};
    assertThat(Spearman.correlation(x, numbers(-1, -50, -2, 1e9))).isEqualTo(1);
    assertThat(Spearman.correlation(x, numbers(1, 50, 2, -1e9))).isEqualTo(-1);
  }

  /** Ranks 1, 2, 3, 4, 5 and 2, 1, 4, 3, 5: 1 - 6 Σd² / (n (n² - 1)) = 1 - 24 / 120. */
  @Test
  void withoutTiesItIsTheTextbookFormula() {
    assertThat(Spearman.correlation(numbers(1, 2, 3, 4, 5), numbers(20, 10, 40, 30, 50)))
        .isCloseTo(0.8, within(1e-15));
  }

  /**
   * Ranks 1, 2.5, 2.5, 4 and 1, 3, 3, 3; centred -1.5, 0, 0, 1.5 and -1.5, 0.5, 0.5, 0.5: 3 / √(4.5
   * · 3). Breaking the ties by position would give 1.
   */
  @Test
  void tiesShareTheAverageOfTheirRanks() {
    assertThat(Spearman.correlation(numbers(1, 2, 2, 3), numbers(0, 7, 7, 7)))
        .isCloseTo(3 / Math.sqrt(13.5), within(1e-15));
  }

  @Test
  void whereThereIsNoneItIsNan() {
    assertThat(Spearman.correlation(numbers(1, 1, 1), numbers(1, 2, 3))).isNaN();
    assertThat(Spearman.correlation(numbers(1, 2, 3), numbers(5, 5, 5))).isNaN();
    assertThat(Spearman.correlation(numbers(1, Double.NaN, 3), numbers(1, 2, 3))).isNaN();
    assertThat(Spearman.correlation(numbers(1, 2, 3), numbers(1, 2, Double.NaN))).isNaN();
    assertThat(Spearman.correlation(numbers(1), numbers(1))).isNaN();
    assertThat(Spearman.correlation(numbers(), numbers())).isNaN();
  }

  @Test
  void listsOfDifferentLengthsAreRefused() {
    assertThatThrownBy(() -> Spearman.correlation(numbers(1, 2), numbers(1)))
        .hasMessage("2 numbers cannot be correlated with 1.");
  }
}
