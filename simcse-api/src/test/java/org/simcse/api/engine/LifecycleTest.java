package org.simcse.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LifecycleTest {
  private final Lifecycle lifecycle = Lifecycle.of("backend 'x'");

  @Test
  void aClosedThingSaysSoByName() {
    lifecycle.close(() -> {});
    assertThatThrownBy(() -> lifecycle.shared(() -> 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The backend 'x' is closed.");
    assertThatThrownBy(() -> lifecycle.exclusive(() -> {}))
        .isInstanceOf(IllegalStateException.class);
  }

  private record Buffer(Lifecycle lifecycle) implements Lifecycle.Part {}

  @Test
  void partsOfAnotherBackendAreRefusedThoughTheyLookAlike() {
    Lifecycle program = lifecycle.child("program");
    Buffer own = new Buffer(lifecycle.child("buffer"));
    assertThat(program.own(Buffer.class, own, "buffer")).isSameAs(own);
    Buffer twin = new Buffer(Lifecycle.of("backend 'x'").child("buffer"));
    assertThat(program.ownOrNone(Buffer.class, twin)).isEmpty();
    for (Object foreign : new Object[] {twin, "something else"}) {
      assertThatThrownBy(() -> program.own(Buffer.class, foreign, "buffer"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("The buffer was made by another backend. Take one of this backend 'x'.");
    }
  }

  @Test
  void closingTwiceReleasesOnce() {
    AtomicInteger released = new AtomicInteger();
    lifecycle.close(released::incrementAndGet);
    lifecycle.close(released::incrementAndGet);
    assertThat(released).hasValue(1);
  }

  @Test
  void closingWaitsForWorkThatHasBegun() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    AtomicInteger order = new AtomicInteger();
    Thread worker =
        new Thread(
            () ->
                lifecycle.shared(
                    () -> {
                      begun.countDown();
                      await(mayEnd);
                      return order.compareAndSet(0, 1);
                    }));
    worker.start();
    await(begun);
    Thread closer = new Thread(() -> lifecycle.close(() -> order.compareAndSet(1, 2)));
    closer.start();
    closer.join(50);
    assertThat(closer.isAlive()).isTrue();
    mayEnd.countDown();
    closer.join();
    worker.join();
    assertThat(order).hasValue(2);
  }

  @Test
  void partsShareTheLockButCloseByThemselves() {
    Lifecycle part = lifecycle.child("program");
    part.close(() -> {});
    assertThatThrownBy(() -> part.shared(() -> 1)).hasMessage("The program is closed.");
    assertThat(lifecycle.<Integer>shared(() -> 1)).isEqualTo(1);
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
