package org.simcse.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.simcse.api.error.CheckpointException;

class OpeningTest {
  private final List<String> closed = new ArrayList<>();

  @Test
  void itOpensWhileTheCallerDoesOtherWork() {
    CountDownLatch reached = new CountDownLatch(1);
    Opening<String> opening =
        Opening.start(
            () -> {
              await(reached);
              return "open";
            },
            closed::add);
    reached.countDown(); // would not be reached if start waited
    assertThat(opening.get()).isEqualTo("open");
    assertThat(closed).isEmpty();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aFailureIsThrownAsItWas() {
    CheckpointException failure = new CheckpointException("The file is damaged.");
    Opening<String> opening =
        Opening.start(
            () -> {
              throw failure;
            },
            closed::add);
    assertThatThrownBy(opening::get).isSameAs(failure);
    opening.discard();
    assertThat(closed).isEmpty();
  }

  @Test
  void whatIsDiscardedIsClosed() {
    Opening.start(() -> "open", closed::add).discard();
    assertThat(closed).containsExactly("open");
  }
}
