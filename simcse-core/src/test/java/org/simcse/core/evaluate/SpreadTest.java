package org.simcse.core.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.simcse.api.error.InvalidInputException;

class SpreadTest {
  @Test
  void isTheMeanAndTheDeviationOfASample() {
    Spread spread = Spread.of(List.of(2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0));
    assertThat(spread.count()).isEqualTo(8);
    assertThat(spread.mean()).isEqualTo(5.0);
    assertThat(spread.deviation()).isEqualTo(Math.sqrt(32.0 / 7));
  }

  @Test
  void ofOneFigureIsUnknown() {
    assertThat(Spread.of(List.of(3.0)).deviation()).isNaN();
    assertThatThrownBy(() -> Spread.of(List.of())).isInstanceOf(InvalidInputException.class);
  }
}
