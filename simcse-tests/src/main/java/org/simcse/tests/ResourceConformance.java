package org.simcse.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.simcse.tests.Checks.named;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Tensor;

/**
 * The rules R of the specification: memory use stays constant.
 *
 * <p>Measured as the process's resident memory, so everything else in this JVM counts too: run each
 * engine in a separate JVM.
 *
 * @since 0.1.0
 */
@EnabledOnOs(OS.LINUX)
public abstract class ResourceConformance extends BackendConformance {
  private static final int STEPS = 200;
  private static final int WIDTH = 16;

  /**
   * One tensor of a step holds 128 KiB in single precision: leaked in every step, 25 MiB per
   * stretch.
   */
  private static final int ROWS = 2048;

  private static final int STRETCHES = 4;

  /**
   * What the collector and the allocators may retain per stretch: far less than one tensor per
   * step.
   */
  private static final long ALLOWED_GROWTH = 8L << 20;

  /** The largest decrease of resident memory that counts as settled. */
  private static final long SETTLED = 1L << 20;

  private static final Signature SIGNATURE =
      Signature.of(Signature.Input.floats("x", Dim.symbol("B"), Dim.of(WIDTH)).withGradient())
          .differentiating("loss");

  /** For subclasses. */
  protected ResourceConformance() {}

  private record Layers(AtomicInteger traces) implements Computation {
    @Override
    public Map<String, Tensor> trace(ForwardPass pass, Map<String, Tensor> inputs) {
      traces.incrementAndGet();
      Tensor y = pass.linear(named(inputs, "x"), "dense", WIDTH).tanh();
      return Map.of("y", y, "loss", y.mul(y).sum());
    }
  }

  /** If this fails, a native resource is created in a step and not closed at its end. */
  @Rule({"R-01", "G-01"})
  @Test
  public void memoryStaysFlatOverTwoHundredSteps() throws IOException {
    AtomicInteger traces = new AtomicInteger();
    Backend backend = backend();
    try (GradientBuffer buffer = backend.gradientBuffer()) {
      Program program = backend.compile(new Layers(traces), SIGNATURE);
      HostTensor[] batches = new HostTensor[4];
      for (int i = 0; i < batches.length; i++) {
        batches[i] = samples("resource").floats(-1, 1, ROWS - i, WIDTH);
      }
      assertFlat(step -> step(program, buffer, Map.of("x", batches[step % batches.length]), step));
    }
    assertThat(traces).as("traces").hasValue(1);
  }

  private void step(
      Program program, GradientBuffer buffer, Map<String, HostTensor> inputs, int step) {
    if (claimsGradients()) {
      buffer.zero();
      program.valueAndGradients(inputs, step, buffer);
    }
    program.run(inputs, step);
  }

  /**
   * If this fails, what a program keeps of its weights, such as their layout for a kernel, outlives
   * a change of them.
   */
  @Rule("R-03")
  @Test
  public void memoryStaysFlatWhileParametersChange() throws IOException {
    Backend backend = backend();
    int width = 256; // a weight of 256 KiB
    Program program =
        backend.compile(
            (pass, inputs) -> Map.of("y", pass.linear(named(inputs, "x"), "wide", width)),
            Signature.of(Signature.Input.floats("x", Dim.symbol("B"), Dim.of(width))));
    Map<String, HostTensor> inputs = Map.of("x", samples("resource").floats(-1, 1, 8, width));
    HostTensor weight = samples("weight").floats(-1, 1, width, width);
    assertFlat(
        step -> {
          backend.parameters().set("wide.weight", weight);
          program.run(inputs);
        });
  }

  /** If this fails, compiling an already compiled computation allocates something. */
  @Rule("R-02")
  @Test
  public void memoryStaysFlatOverTwoHundredCompilationsOfOneComputation() throws IOException {
    AtomicInteger traces = new AtomicInteger();
    Backend backend = backend();
    Map<String, HostTensor> inputs = Map.of("x", samples("resource").floats(-1, 1, 8, WIDTH));
    assertFlat(step -> run(backend, new Layers(traces), SIGNATURE, inputs));
    assertThat(traces).as("traces").hasValue(1);
  }

  @FunctionalInterface
  private interface Step {
    void take(int number);
  }

  /**
   * A leak grows in every stretch of steps; allocators and the collector settle after a few, so one
   * stretch without growth is enough.
   */
  private static void assertFlat(Step step) throws IOException {
    int next = 0;
    while (next < STEPS) {
      step.take(next++);
    }
    List<Long> growths = new ArrayList<>();
    for (int stretch = 0; stretch < STRETCHES; stretch++) {
      long before = resident();
      for (int i = 0; i < STEPS; i++) {
        step.take(next++);
      }
      growths.add(resident() - before);
      if (growths.get(stretch) < ALLOWED_GROWTH) {
        return;
      }
    }
    throw new AssertionError(
        "Resident memory grows without end: over each %d steps by %s bytes (allowed: %d)."
            .formatted(STEPS, growths, ALLOWED_GROWTH));
  }

  private static long resident() throws IOException {
    // Memory that the heap could return is not a leak. Direct buffers go only some time after their
    // owners, and free parts of the heap some time after a collection, by the JVM's own threads:
    // what they return late would hide a leak.
    long lowest = Long.MAX_VALUE;
    for (int calm = 0; calm < 3; calm++) {
      System.gc();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      long now = measure();
      if (now < lowest - SETTLED) {
        calm = 0;
      }
      lowest = Math.min(lowest, now);
    }
    return lowest;
  }

  private static long measure() throws IOException {
    try (Stream<String> status = Files.lines(Path.of("/proc/self/status"))) {
      return status
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .sum();
    }
  }
}
