package org.simcse.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.simcse.api.error.SimCseException;

@Timeout(60)
class PrefetcherTest {
  private static final String NAME = "prefetcher-under-test";

  private static boolean running() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals(NAME));
  }

  private static Iterator<Integer> failing(int count, Throwable failure) {
    return IntStream.rangeClosed(0, count)
        .mapToObj(
            i -> {
              if (i == count) {
                PrefetcherTest.<RuntimeException>raise(failure);
              }
              return i;
            })
        .iterator();
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> void raise(Throwable failure) throws E {
    throw (E) failure;
  }

  @Test
  void elementsComeInOrderFromAThreadThatEndsWithThem() {
    List<Integer> numbers = IntStream.range(0, 1000).boxed().toList();
    List<Integer> fetched = new ArrayList<>();
    try (Prefetcher<Integer> prefetcher = new Prefetcher<>(NAME, 3, numbers.iterator())) {
      prefetcher.forEachRemaining(fetched::add);
      assertThatThrownBy(prefetcher::next).isInstanceOf(NoSuchElementException.class);
    }
    assertThat(fetched).isEqualTo(numbers);
    assertThat(running()).isFalse();
  }

  @Test
  void whatIsAvailableIsGivenWithoutWaiting() throws InterruptedException {
    CountDownLatch more = new CountDownLatch(1);
    Iterator<Integer> slow =
        IntStream.range(0, 3)
            .peek(
                i -> {
                  try {
                    assertThat(i < 2 || more.await(30, TimeUnit.SECONDS)).isTrue();
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                })
            .boxed()
            .iterator();
    try (Prefetcher<Integer> prefetcher = new Prefetcher<>(NAME, 3, slow)) {
      assertThat(List.of(prefetcher.next(), prefetcher.next())).containsExactly(0, 1);
      assertThat(prefetcher.available()).isFalse();
      more.countDown();
      assertThat(prefetcher.hasNext()).isTrue();
      assertThat(prefetcher.available()).isTrue();
      prefetcher.next();
      assertThat(prefetcher.hasNext()).isFalse();
      assertThat(prefetcher.available()).isFalse();
    }
  }

  @Test
  void noMoreIsFetchedThanMayWait() throws InterruptedException {
    AtomicInteger made = new AtomicInteger();
    CountDownLatch full = new CountDownLatch(2);
    Iterator<Integer> numbers =
        IntStream.range(0, 100)
            .mapToObj(
                i -> {
                  made.incrementAndGet();
                  full.countDown();
                  return i;
                })
            .iterator();
    try (Prefetcher<Integer> prefetcher = new Prefetcher<>(NAME, 2, numbers)) {
      assertThat(full.await(30, TimeUnit.SECONDS)).isTrue();
      Thread.sleep(50); // time to do wrong
      assertThat(made).hasValue(2);
      assertThat(prefetcher.next()).isZero();
    }
    assertThat(made.get()).isBetween(2, 4);
  }

  @Test
  void workGoesOnWhileTheElementBeforeIsUsed() throws InterruptedException {
    CountDownLatch second = new CountDownLatch(2);
    Iterator<Integer> numbers =
        IntStream.range(0, 5)
            .mapToObj(
                i -> {
                  second.countDown();
                  return i;
                })
            .iterator();
    try (Prefetcher<Integer> prefetcher = new Prefetcher<>(NAME, 1, numbers)) {
      prefetcher.next();
      assertThat(second.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aFailureComesInItsTurnAndAgain() {
    IllegalArgumentException failure = new IllegalArgumentException("row 3");
    try (Prefetcher<Integer> prefetcher = new Prefetcher<>(NAME, 4, failing(2, failure))) {
      assertThat(prefetcher.next()).isZero();
      assertThat(prefetcher.next()).isEqualTo(1);
      assertThatThrownBy(prefetcher::next).isSameAs(failure);
      assertThatThrownBy(prefetcher::hasNext).isSameAs(failure);
    }
    assertThat(running()).isFalse();
  }

  @Test
  void errorsAndCheckedExceptionsArriveToo() {
    OutOfMemoryError error = new OutOfMemoryError("much");
    try (Prefetcher<Integer> prefetcher = new Prefetcher<>(NAME, 1, failing(0, error))) {
      assertThatThrownBy(prefetcher::next).isSameAs(error);
    }
    Exception checked = new Exception("sneaky");
    try (Prefetcher<Integer> prefetcher = new Prefetcher<>(NAME, 1, failing(0, checked))) {
      assertThatThrownBy(prefetcher::next).isInstanceOf(SimCseException.class).hasCause(checked);
    }
  }

  @Test
  void closingEndsAThreadThatWaitsForRoom() {
    Iterator<Integer> endless = IntStream.iterate(0, i -> i + 1).iterator();
    Prefetcher<Integer> prefetcher = new Prefetcher<>(NAME, 2, endless);
    prefetcher.next();
    prefetcher.close();
    prefetcher.close();
    assertThat(running()).isFalse();
    assertThatThrownBy(prefetcher::hasNext).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void closingWaitsForTheElementAtWorkAndDoesNotInterruptIt() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    List<String> done = new CopyOnWriteArrayList<>();
    Iterator<Integer> slow =
        IntStream.range(0, 2)
            .peek(
                i -> {
                  begun.countDown();
                  try {
                    release.await();
                    done.add("made " + i);
                  } catch (InterruptedException e) {
                    done.add("interrupted");
                  }
                })
            .iterator();
    Prefetcher<Integer> prefetcher = new Prefetcher<>(NAME, 2, slow);
    begun.await();
    Thread closer = new Thread(prefetcher::close);
    closer.start();
    while (closer.isAlive() && closer.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertThat(done).isEmpty();
    release.countDown();
    closer.join();
    assertThat(done).containsExactly("made 0");
    assertThat(running()).isFalse();
  }

  @Test
  void anInterruptedReaderIsToldAndStaysInterrupted() {
    CountDownLatch never = new CountDownLatch(1);
    Iterator<Integer> stuck =
        IntStream.range(0, 1)
            .map(
                i -> {
                  try {
                    never.await();
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                  return i;
                })
            .iterator();
    try (Prefetcher<Integer> prefetcher = new Prefetcher<>(NAME, 1, stuck)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(prefetcher::next)
          .isInstanceOf(SimCseException.class)
          .hasMessageContaining("interrupted");
      assertThat(Thread.interrupted()).isTrue();
      never.countDown();
    }
  }
}
