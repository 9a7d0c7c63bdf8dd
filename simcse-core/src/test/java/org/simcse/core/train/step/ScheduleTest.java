package org.simcse.core.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.simcse.api.error.InvalidInputException;

class ScheduleTest {
  @Test
  void linearRisesThenFallsToZero() {
    Schedule schedule = new Schedule(Schedule.Kind.LINEAR, 1, 2, 10);
    assertThat(schedule.at(0)).isZero();
    assertThat(schedule.at(1)).isEqualTo(0.5);
    assertThat(schedule.at(2)).isEqualTo(1);
    assertThat(schedule.at(6)).isEqualTo(0.5);
    assertThat(schedule.at(10)).isZero();
  }

  @Test
  void cosineIsHalfWayInTheMiddle() {
    Schedule schedule = new Schedule(Schedule.Kind.COSINE, 2, 0, 8);
    assertThat(schedule.at(0)).isEqualTo(2);
    assertThat(schedule.at(4)).isCloseTo(1, within(1e-12));
    assertThat(schedule.at(8)).isCloseTo(0, within(1e-12));
  }

  @Test
  void constantStays() {
    Schedule schedule = new Schedule(Schedule.Kind.CONSTANT, 3, 1, 4);
    assertThat(schedule.at(0)).isZero();
    assertThat(schedule.at(3)).isEqualTo(3);
  }

  @Test
  void aWarmUpBeyondTheStepsIsRefused() {
    assertThatThrownBy(() -> new Schedule(Schedule.Kind.LINEAR, 1, 11, 10))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("warm-up of 11 steps does not fit into 10 steps");
  }
}
