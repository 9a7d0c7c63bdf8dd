package org.simcse.tests.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorFunctionTest {
  @ParameterizedTest
  @CsvSource({
    // Abramowitz and Stegun, table 7.1, and mpmath at 30 digits beyond it
    "0, 0",
    "1e-9, 1.1283791670955126e-9",
    "0.1, 0.1124629160182849",
    "0.5, 0.5204998778130465",
    "1, 0.8427007929497149",
    "2, 0.9953222650189527",
    "3, 0.9999779095030014",
    "-1, -0.8427007929497149",
    "5.9, 1",
    "40, 1"
  })
  void agreesWithTheTable(double x, double expected) {
    assertThat(ErrorFunction.erf(x)).isCloseTo(expected, within(4e-16));
  }
}
