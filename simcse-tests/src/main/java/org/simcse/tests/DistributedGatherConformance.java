package org.simcse.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.simcse.tests.Checks.assertClose;
import static org.simcse.tests.Checks.named;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.simcse.api.DistributedGather;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.error.SimCseException;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.HostTensor;

/**
 * The rules D of the specification, for authors of gathers. Ranks are threads of one JVM or, if
 * {@link #join} returns the rank of its process alone, processes that all run these tests.
 *
 * @since 0.1.0
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class DistributedGatherConformance {
  private static final int WIDTH = 3;
  private static final int ROWS = 2;
  private static final long LATE_MILLIS = 40;
  private static final Dim B = Dim.symbol("B");

  /** For subclasses. */
  protected DistributedGatherConformance() {}

  /**
   * Creates the ranks of a new world, in order, or those of them that this process holds; the kit
   * closes them.
   */
  protected abstract List<DistributedGather> join(int worldSize);

  /** Returns the world sizes to test: by default 1, 2 and 3. */
  protected List<Integer> worldSizes() {
    return List.of(1, 2, 3);
  }

  /**
   * Returns the time after which a hanging rank is a failure; longer than a gather's own timeout.
   */
  protected Duration limit() {
    return Duration.ofSeconds(30);
  }

  /** For JUnit: {@link #worldSizes}. */
  public final List<Integer> worlds() {
    return worldSizes();
  }

  /** For JUnit: the {@link #worldSizes} above 1. */
  public final List<Integer> worldsWithPeers() {
    return worldSizes().stream().filter(size -> size > 1).toList();
  }

  /** Returns whether a world has more than one rank. */
  public final boolean hasPeers() {
    return !worldsWithPeers().isEmpty();
  }

  private <T> List<T> everywhere(int worldSize, Ranks.Work<T> work) throws Exception {
    return Ranks.everywhere(join(worldSize), limit(), work);
  }

  private static HostTensor rows(int rank, int count) {
    return Samples.of(42, "rank" + rank).floats(-1, 1, count, WIDTH);
  }

  /** If this fails, rows are in order of arrival instead of rank order. */
  @Rule({"D-01", "D-02"})
  @ParameterizedTest
  @MethodSource("worlds")
  public void rowsAreGatheredInRankOrder(int size) throws Exception {
    List<HostTensor> gathered =
        everywhere(
            size,
            gather -> {
              assertThat(gather.worldSize()).isEqualTo(size);
              HostTensor own = rows(gather.rank(), ROWS);
              HostTensor all = gather.allGather(own);
              ((HostTensor.Doubles) own).data().put(0, 99); // the result is new
              return all;
            });
    for (HostTensor all : gathered) {
      assertThat(all.shape()).containsExactly((long) size * ROWS, WIDTH);
      for (int rank = 0; rank < size; rank++) {
        int offset = rank * ROWS * WIDTH;
        assertThat(Arrays.copyOfRange(all.toDoubles(), offset, offset + ROWS * WIDTH))
            .as("the rows of rank %d", rank)
            .containsExactly(rows(rank, ROWS).toDoubles());
      }
    }
  }

  /** If this fails, the order of the terms differs between ranks: their parameters drift apart. */
  @Rule("D-03")
  @ParameterizedTest
  @MethodSource("worlds")
  public void sumsAreTheSameBitsOnEveryRank(int size) throws Exception {
    List<float[]> sums =
        everywhere(
            size,
            gather -> {
              HostTensor first = HostTensor.of(rows(gather.rank(), ROWS).toFloats(), ROWS, WIDTH);
              HostTensor second = HostTensor.of(new float[] {gather.rank()}, 1);
              gather.allReduceSum(List.of(first, second));
              assertThat(second.at(0)).isEqualTo(size * (size - 1) / 2.0);
              return first.toFloats();
            });
    double[] expected = new double[ROWS * WIDTH];
    for (int rank = 0; rank < size; rank++) {
      HostTensor term = rows(rank, ROWS);
      Arrays.setAll(expected, i -> expected[i] + term.at(i));
    }
    assertClose("the sum", HostTensor.of(sums.get(0), 6), HostTensor.of(expected, 6), 1e-6);
    sums.forEach(sum -> assertThat(sum).containsExactly(sums.get(0)));
  }

  /** If this fails, another rank's values are sent, or not every tensor. */
  @Rule("D-04")
  @ParameterizedTest
  @MethodSource("worlds")
  public void everyRankGetsTheRootsTensors(int size) throws Exception {
    int root = size - 1;
    everywhere(
        size,
        gather -> {
          HostTensor first = rows(gather.rank(), ROWS);
          HostTensor second = rows(gather.rank() + 10, 1);
          gather.broadcast(List.of(first, second), root);
          assertThat(first.toDoubles()).containsExactly(rows(root, ROWS).toDoubles());
          assertThat(second.toDoubles()).containsExactly(rows(root + 10, 1).toDoubles());
          return true;
        });
  }

  /** If this fails, the barrier releases a rank before the last has arrived. */
  @Rule("D-05")
  @ParameterizedTest
  @MethodSource("worlds")
  public void nobodyPassesTheBarrierBeforeAllHaveCome(int size) throws Exception {
    everywhere(
        size,
        gather -> {
          gather.barrier(); // ranks set out together, up to the tolerance below
          long start = System.nanoTime();
          TimeUnit.MILLISECONDS.sleep(LATE_MILLIS * gather.rank());
          gather.barrier();
          Duration passed = Duration.ofNanos(System.nanoTime() - start);
          assertThat(passed).isGreaterThan(Duration.ofMillis(LATE_MILLIS * (size - 1) / 2));
          return true;
        });
  }

  /** {@code [B, WIDTH]} to rows. */
  private static final Computation PROJECT =
      (pass, inputs) -> Map.of("rows", pass.linear(named(inputs, "x"), "dense", WIDTH));

  /** A loss that compares every row with every other. */
  private static final Computation LOSS =
      (pass, inputs) -> {
        var rows = named(inputs, "rows");
        return Map.of(
            "loss",
            rows.matmul(rows, false, true).mul(2).crossEntropy(named(inputs, "labels")).mean());
      };

  /** The rows again, weighted by the gradient that came back. */
  private static final Computation PULL =
      (pass, inputs) ->
          Map.of(
              "loss",
              pass.linear(named(inputs, "x"), "dense", WIDTH).mul(named(inputs, "gradient")).sum());

  /** Both in one. */
  private static final Computation WHOLE =
      (pass, inputs) -> {
        var rows = pass.linear(named(inputs, "x"), "dense", WIDTH);
        return LOSS.trace(pass, Map.of("rows", rows, "labels", named(inputs, "labels")));
      };

  /** If this fails, check whose slice of the gradient a rank pulls, and sum against mean. */
  @Rule("D-06")
  @ParameterizedTest
  @MethodSource("worlds")
  public void theSumOfTheRanksGradientsIsTheGradientOfTheWholeBatch(int size) throws Exception {
    Map<String, HostTensor> whole = wholeGradients(size);
    List<Map<String, HostTensor>> parts = everywhere(size, gather -> rankGradients(gather, size));
    for (Map<String, HostTensor> part : parts) {
      whole.forEach(
          (name, gradient) ->
              assertClose(
                  "the sum of the ranks' gradients of " + name, named(part, name), gradient, 1e-9));
    }
  }

  private static Backend reference() {
    Backend backend = TestEnvironment.of(TestEnvironment.REFERENCE).start();
    backend.parameters().set("dense.weight", Samples.of(42, "w").floats(-1, 1, WIDTH, WIDTH));
    return backend;
  }

  /** Each row's partner is the next one. */
  private static HostTensor labels(int count) {
    long[] labels = new long[count];
    Arrays.setAll(labels, i -> (i + 1) % count);
    return HostTensor.of(labels, count);
  }

  private static Map<String, HostTensor> wholeGradients(int size) {
    double[] all = new double[size * ROWS * WIDTH];
    for (int rank = 0; rank < size; rank++) {
      System.arraycopy(rows(rank, ROWS).toDoubles(), 0, all, rank * ROWS * WIDTH, ROWS * WIDTH);
    }
    Signature signature =
        Signature.of(
                Signature.Input.floats("x", B, Dim.of(WIDTH)), Signature.Input.ints("labels", B))
            .differentiating("loss");
    try (Backend backend = reference();
        GradientBuffer buffer = backend.gradientBuffer()) {
      Program program = backend.compile(WHOLE, signature);
      HostTensor x = HostTensor.of(all, (long) size * ROWS, WIDTH);
      program.valueAndGradients(Map.of("x", x, "labels", labels(size * ROWS)), 1, buffer);
      return buffer.read();
    }
  }

  private static Map<String, HostTensor> rankGradients(DistributedGather gather, int size) {
    Signature.Input x = Signature.Input.floats("x", B, Dim.of(WIDTH));
    Signature.Input gradient = Signature.Input.floats("gradient", B, Dim.of(WIDTH));
    Signature.Input rows = Signature.Input.floats("rows", B, Dim.of(WIDTH)).withGradient();
    Signature across =
        Signature.of(rows, Signature.Input.ints("labels", B)).differentiating("loss");
    HostTensor own = rows(gather.rank(), ROWS);
    try (Backend backend = reference();
        GradientBuffer buffer = backend.gradientBuffer()) {
      Program project = backend.compile(PROJECT, Signature.of(x));
      Program loss = backend.compile(LOSS, across);
      Program pull = backend.compile(PULL, Signature.of(x, gradient).differentiating("loss"));
      HostTensor all = gather.allGather(named(project.run(Map.of("x", own)), "rows"));
      Map<String, HostTensor> batch = Map.of("rows", all, "labels", labels(size * ROWS));
      double[] back =
          named(loss.valueAndGradients(batch, 1, buffer).inputGradients(), "rows").toDoubles();
      int offset = gather.rank() * ROWS * WIDTH;
      double[] slice = Arrays.copyOfRange(back, offset, offset + ROWS * WIDTH);
      pull.valueAndGradients(
          Map.of("x", own, "gradient", HostTensor.of(slice, ROWS, WIDTH)), 1, buffer);
      buffer.onHost(gather::allReduceSum);
      return buffer.read();
    }
  }

  /** If this fails, ranks that disagree exchange garbage or wait forever. */
  @Rule("D-07")
  @EnabledIf("hasPeers")
  @ParameterizedTest
  @MethodSource("worldsWithPeers")
  public void differentShapesAreRefusedOnEveryRank(int size) throws Exception {
    everywhere(
        size,
        gather -> {
          int count = gather.rank() == 0 ? ROWS + 1 : ROWS;
          assertThatThrownBy(() -> gather.allGather(rows(gather.rank(), count)))
              .isInstanceOf(SimCseException.class)
              .hasMessageContainingAll("[3, 3]", "[2, 3]");
          return true;
        });
  }

  /** If this fails, a rank waits forever for a dead one. */
  @Rule("D-08")
  @EnabledIf("hasPeers")
  @ParameterizedTest
  @MethodSource("worldsWithPeers")
  public void aDeadPeerIsAnErrorAndNoHang(int size) throws Exception {
    everywhere(
        size,
        gather -> {
          gather.barrier();
          if (gather.rank() == size - 1) {
            gather.close();
            return true;
          }
          assertThatThrownBy(() -> gather.allGather(rows(gather.rank(), ROWS)))
              .isInstanceOf(SimCseException.class)
              .hasMessageContaining("ank " + (size - 1));
          return true;
        });
  }

  /** If this fails, there is no timeout for a rank that never arrives. */
  @Rule("D-08")
  @EnabledIf("hasPeers")
  @ParameterizedTest
  @MethodSource("worldsWithPeers")
  public void aSilentPeerIsAnErrorAndNoHang(int size) throws Exception {
    everywhere(
        size,
        gather -> {
          gather.barrier();
          if (gather.rank() > 0) {
            assertThatThrownBy(gather::barrier).isInstanceOf(SimCseException.class);
          }
          return true;
        });
  }

  /** If this fails, abort terminates its own rank only, or the reason is lost. */
  @Rule("D-09")
  @ParameterizedTest
  @MethodSource("worlds")
  public void abortEndsEveryRankWithTheReason(int size) throws Exception {
    everywhere(
        size,
        gather -> {
          gather.barrier();
          if (gather.rank() == 0) {
            gather.abort(75, "the loss is not a number");
          }
          assertThatThrownBy(
                  () -> {
                    while (true) {
                      gather.barrier();
                    }
                  })
              .isInstanceOf(SimCseException.class)
              .hasMessageContaining("the loss is not a number");
          return true;
        });
  }

  /** If this fails, something still works after close, or close is not idempotent. */
  @Rule("D-10")
  @ParameterizedTest
  @MethodSource("worlds")
  public void aClosedGatherIsRefused(int size) throws Exception {
    everywhere(
        size,
        gather -> {
          gather.close();
          gather.close();
          assertThatThrownBy(gather::barrier)
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("closed");
          return true;
        });
  }
}
