package org.simcse.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.simcse.tests.Checks.named;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;

/**
 * The rules G-30 and G-31 of the specification: several threads on one backend.
 *
 * @since 0.1.0
 */
public abstract class ConcurrencyConformance extends BackendConformance {
  private static final int THREADS = 8;
  private static final int ROUNDS = 20;
  private static final int WIDTH = 16;
  private static final Signature SIGNATURE =
      Signature.of(Signature.Input.floats("x", Dim.symbol("B"), Dim.of(WIDTH)))
          .differentiating("loss");

  /** For subclasses. */
  protected ConcurrencyConformance() {}

  /**
   * {@code x w}, whose elements are all {@code WIDTH} times that of w where x is ones.
   *
   * @param number distinguishes computations: equal ones would share a program
   */
  private record Product(int number) implements Computation {
    @Override
    public Map<String, Tensor> trace(ForwardPass pass, Map<String, Tensor> inputs) {
      Tensor w = pass.parameter("w", Shape.of(WIDTH, WIDTH), Initializer.ones());
      Tensor y = named(inputs, "x").matmul(w);
      return Map.of("y", y, "loss", y.sum());
    }
  }

  private static HostTensor filled(double value, long... shape) {
    double[] numbers = new double[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    Arrays.fill(numbers, value);
    return HostTensor.of(numbers, shape);
  }

  /** All elements must come from one value of w: a run never reads a partially set parameter. */
  private static void checkWhole(Map<String, HostTensor> outputs) {
    double[] y = named(outputs, "y").toDoubles();
    assertThat(y[0]).isIn(1.0 * WIDTH, 2.0 * WIDTH);
    assertThat(Arrays.stream(y)).allMatch(v -> v == y[0]);
  }

  /** If this fails, look for state that runs share, or a write outside the exclusive lock. */
  @Rule("G-30")
  @Test
  public void threadsRunSetAndCompileAtOnce() throws Exception {
    Backend backend = backend();
    Program shared = backend.compile(new Product(0), SIGNATURE);
    List<Callable<Boolean>> work = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      int kind = thread % 4;
      int rows = thread + 1;
      work.add(
          () -> {
            for (int round = 0; round < ROUNDS; round++) {
              step(backend, shared, kind, rows, round);
            }
            return true;
          });
    }
    together(work);
  }

  private void step(Backend backend, Program shared, int kind, int rows, int round) {
    Map<String, HostTensor> inputs = Map.of("x", filled(1, rows, WIDTH));
    switch (kind) {
      case 0 -> checkWhole(shared.run(inputs));
      case 1 -> backend.parameters().set("w", filled(1 + round % 2, WIDTH, WIDTH));
      case 2 -> checkWhole(run(backend, new Product(1 + rows * ROUNDS + round), SIGNATURE, inputs));
      default -> {
        if (claimsGradients()) {
          try (GradientBuffer buffer = backend.gradientBuffer()) {
            checkWhole(shared.valueAndGradients(inputs, round, buffer).outputs());
            assertThat(named(buffer.read(), "w").at(0)).isEqualTo(rows);
          }
        }
      }
    }
  }

  /** If this fails, close does not wait for runs in flight, or a later run reaches freed memory. */
  @Rule({"G-31", "G-15"})
  @Test
  public void closingWhileOthersRunEndsThemCleanly() throws Exception {
    Backend backend = environment().start();
    Program program = backend.compile(new Product(0), SIGNATURE);
    CountDownLatch running = new CountDownLatch(2);
    Callable<Boolean> runner =
        () -> {
          assertThatThrownBy(
                  () -> {
                    while (true) {
                      checkWhole(program.run(Map.of("x", filled(1, 3, WIDTH))));
                      running.countDown();
                    }
                  })
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("closed");
          return true;
        };
    together(
        List.of(
            runner,
            runner,
            () -> {
              running.await();
              backend.close();
              return true;
            }));
  }

  /** Fails with the first failure, or if one hangs. */
  private void together(List<Callable<Boolean>> work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(work.size());
    try {
      List<Future<Boolean>> results = new ArrayList<>();
      work.forEach(callable -> results.add(threads.submit(callable)));
      for (Future<Boolean> result : results) {
        assertThat(result.get(environment().limit().toMillis(), TimeUnit.MILLISECONDS)).isTrue();
      }
    } catch (ExecutionException e) {
      throw new AssertionError("A thread failed: " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("A thread hangs: after %s.".formatted(environment().limit()), e);
    } finally {
      threads.shutdownNow();
    }
  }
}
