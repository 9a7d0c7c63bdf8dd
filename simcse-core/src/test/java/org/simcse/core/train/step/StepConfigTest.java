package org.simcse.core.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class StepConfigTest {
  private static StepConfig form(boolean keyedDropout) {
    return new StepConfig(4, GradientReduction.SUM, keyedDropout);
  }

  @Test
  void whereDropoutGoesByThePlaceInTheMicroBatchEachDrawsApart() {
    assertThat(LongStream.range(0, 1000).map(row -> form(false).seed(7, row)).distinct().count())
        .isEqualTo(1000);
    assertThat(form(false).seed(7, 0)).as("the seed of a step in one program").isEqualTo(7);
  }

  @Test
  void whereDropoutGoesByTheSequenceAllDrawFromTheStepsSeed() {
    assertThat(LongStream.range(0, 1000).map(row -> form(true).seed(7, row))).containsOnly(7L);
  }

  @Test
  void aMicroBatchHasARow() {
    assertThatThrownBy(() -> new StepConfig(0, GradientReduction.SUM, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A micro-batch has at least 1 row, but is to have 0.");
  }
}
