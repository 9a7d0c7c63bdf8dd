package org.simcse.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.simcse.tests.Checks.assertClose;
import static org.simcse.tests.Checks.named;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.condition.EnabledIf;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.Capability;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Optimizer;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.engine.Tape;
import org.simcse.api.engine.UpdateRule;
import org.simcse.api.error.ShapeException;
import org.simcse.api.error.UnsupportedCapabilityException;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;

/**
 * The rules G-20 to G-29 and G-32 to G-34 of the specification: gradients of programs and their
 * buffers.
 *
 * @since 0.1.0
 */
public abstract class GradientConformance extends BackendConformance {
  private static final Signature LOSS =
      Signature.of(Signature.Input.floats("x", Dim.symbol("B"), Dim.of(3)).withGradient())
          .differentiating("loss");

  /** For subclasses. */
  protected GradientConformance() {}

  /** Returns {@code Σ tanh(x wᵀ + b)²}, with an additional parameter that is not used. */
  private static Computation model() {
    return (pass, inputs) -> {
      pass.parameter("idle", Shape.of(2), Initializer.ones());
      Tensor y = pass.linear(named(inputs, "x"), "dense", 2).tanh();
      return Map.of("loss", y.mul(y).sum(), "y", y);
    };
  }

  private Map<String, HostTensor> inputs() {
    return Map.of("x", samples("gradients").floats(-1, 1, 4, 3));
  }

  private void setParameters(Backend on) {
    on.parameters().set("dense.weight", samples("weight").floats(-1, 1, 2, 3));
    on.parameters().set("dense.bias", samples("bias").floats(-1, 1, 2));
  }

  private Map<String, HostTensor> expected() {
    setParameters(reference());
    try (GradientBuffer buffer = reference().gradientBuffer()) {
      Program program = reference().compile(model(), LOSS);
      program.valueAndGradients(inputs(), 1, buffer);
      return buffer.read();
    }
  }

  private void compare(GradientBuffer buffer, double times) {
    Map<String, HostTensor> actual = buffer.read();
    expected()
        .forEach(
            (name, gradient) -> {
              double[] scaled = gradient.toDoubles();
              for (int i = 0; i < scaled.length; i++) {
                scaled[i] *= times;
              }
              if (!name.equals("idle") || actual.containsKey(name)) {
                assertClose(
                    "the gradient of " + name,
                    named(actual, name),
                    HostTensor.of(scaled, gradient.shape()),
                    environment().tolerance().gradients());
              }
            });
  }

  /** If this fails, check the order of parameters; an unused one has gradient 0 or none. */
  @Rule({"G-20", "G-21"})
  @Test
  @EnabledIf("claimsGradients")
  public void parametersAndInputsGetTheReferencesGradients() {
    setParameters(backend());
    setParameters(reference());
    try (GradientBuffer buffer = backend().gradientBuffer()) {
      Program program = backend().compile(model(), LOSS);
      Program.Results results = program.valueAndGradients(inputs(), 1, buffer);
      Program.Results exact = differentiate(reference(), model(), LOSS, inputs());
      assertClose(
          "the loss",
          named(results.outputs(), "loss"),
          named(exact.outputs(), "loss"),
          environment().tolerance().values());
      assertThat(results.inputGradients()).containsOnlyKeys("x");
      assertClose(
          "the gradient of x",
          named(results.inputGradients(), "x"),
          named(exact.inputGradients(), "x"),
          environment().tolerance().gradients());
      compare(buffer, 1);
    }
  }

  /** If this fails, a step overwrites the buffer, or contributes twice. */
  @Rule("G-22")
  @Test
  @EnabledIf("claimsGradients")
  public void gradientsAddUpInTheBuffer() {
    setParameters(backend());
    try (GradientBuffer buffer = backend().gradientBuffer()) {
      Program program = backend().compile(model(), LOSS);
      program.valueAndGradients(inputs(), 1, buffer);
      program.valueAndGradients(inputs(), 1, buffer);
      compare(buffer, 2);
      buffer.scale(0.25);
      compare(buffer, 0.5);
    }
  }

  /** If this fails, gradients of an earlier step are still in the buffer. */
  @Rule("G-23")
  @Test
  @EnabledIf("claimsGradients")
  public void afterZeroABufferHoldsOneStepAlone() {
    setParameters(backend());
    try (GradientBuffer buffer = backend().gradientBuffer()) {
      Program program = backend().compile(model(), LOSS);
      for (int step = 0; step < 3; step++) {
        buffer.zero();
        program.valueAndGradients(inputs(), 1, buffer);
      }
      compare(buffer, 1);
    }
  }

  /** If this fails, buffers share memory. */
  @Rule("G-23")
  @Test
  @EnabledIf("claimsGradients")
  public void buffersAreIndependent() {
    setParameters(backend());
    try (GradientBuffer first = backend().gradientBuffer();
        GradientBuffer second = backend().gradientBuffer()) {
      Program program = backend().compile(model(), LOSS);
      program.valueAndGradients(inputs(), 1, first);
      program.valueAndGradients(inputs(), 1, second);
      second.zero();
      compare(first, 1);
    }
  }

  /** If this fails, the norm misses a parameter, or what is written on the host is lost. */
  @Rule("G-24")
  @Test
  @EnabledIf("claimsGradients")
  public void theHostMayWriteToABufferAndTheNormCoversAll() {
    setParameters(backend());
    try (GradientBuffer buffer = backend().gradientBuffer()) {
      Program program = backend().compile(model(), LOSS);
      program.valueAndGradients(inputs(), 1, buffer);
      double squares =
          buffer.read().values().stream()
              .flatMapToDouble(g -> java.util.Arrays.stream(g.toDoubles()))
              .map(g -> g * g)
              .sum();
      assertThat(Math.abs(buffer.globalNorm() - Math.sqrt(squares))).isLessThan(1e-4);
      buffer.onHost(tensors -> tensors.forEach(GradientConformance::double_));
      compare(buffer, 2);
    }
  }

  private static void double_(HostTensor tensor) {
    if (tensor instanceof HostTensor.Floats floats) {
      for (int i = 0; i < floats.size(); i++) {
        floats.data().put(i, floats.data().get(i) * 2);
      }
    } else if (tensor instanceof HostTensor.Doubles doubles) {
      for (int i = 0; i < doubles.size(); i++) {
        doubles.data().put(i, doubles.data().get(i) * 2);
      }
    }
  }

  /** If this fails, a frozen parameter is differentiated nevertheless. */
  @Rule("G-25")
  @Test
  @EnabledIf("claimsGradients")
  public void aFrozenParameterGetsNoGradient() {
    setParameters(backend());
    backend().parameters().setTrainable("dense.bias", false);
    assertThat(backend().parameters().isTrainable("dense.bias")).isFalse();
    assertThat(backend().parameters().isTrainable("dense.weight")).isTrue();
    try (GradientBuffer buffer = backend().gradientBuffer()) {
      Program program = backend().compile(model(), LOSS);
      program.valueAndGradients(inputs(), 1, buffer);
      assertThat(buffer.read()).containsKey("dense.weight").doesNotContainKey("dense.bias");
    }
  }

  /**
   * If this fails, a program reads trainability when it first runs, or the cache returns the
   * previous program.
   */
  @Rule("G-25")
  @Test
  @EnabledIf("claimsGradients")
  public void trainabilityIsSettledWhenAProgramIsCompiled() {
    setParameters(backend());
    Computation model = model();
    Program both = backend().compile(model, LOSS);
    backend().parameters().setTrainable("dense.bias", false);
    Program weightAlone = backend().compile(model, LOSS);
    backend().parameters().setTrainable("dense.bias", true);
    try (GradientBuffer first = backend().gradientBuffer();
        GradientBuffer second = backend().gradientBuffer()) {
      backend().parameters().setTrainable("dense.bias", false);
      both.valueAndGradients(inputs(), 1, first);
      backend().parameters().setTrainable("dense.bias", true);
      weightAlone.valueAndGradients(inputs(), 1, second);
      assertThat(first.read())
          .as("gradients of what was trainable when the program was compiled")
          .containsKeys("dense.weight", "dense.bias");
      assertThat(second.read()).containsKey("dense.weight").doesNotContainKey("dense.bias");
    }
  }

  /** If this fails, the objective is checked only when the program runs. */
  @Rule("G-26")
  @Test
  public void anObjectiveThatIsNoScalarOutputIsRefusedByName() {
    Signature rows = LOSS;
    assertThatThrownBy(() -> backend().compile(model(), rows.differentiating("y")))
        .isInstanceOf(ShapeException.class)
        .hasMessageMatching(".*objective '?y'? .*")
        .hasMessageContaining("[B, 2]");
    assertThatThrownBy(() -> backend().compile(model(), rows.differentiating("nothing")))
        .isInstanceOf(ShapeException.class)
        .hasMessageMatching(".*objective '?nothing'? .*");
    Computation integer =
        (pass, inputs) -> Map.of("n", named(inputs, "x").sum().cast(ElementType.INT));
    assertThatThrownBy(() -> backend().compile(integer, rows.differentiating("n")))
        .isInstanceOf(ShapeException.class)
        .hasMessageMatching(".*objective '?n'? .*")
        .hasMessageContaining("INT");
  }

  /** If this fails, a program without objective, or a closed buffer, is accepted. */
  @Rule("G-27")
  @Test
  @EnabledIf("claimsGradients")
  public void whatCannotBeDifferentiatedIsRefused() {
    Signature plain = Signature.of(Signature.Input.floats("x", Dim.symbol("B"), Dim.of(3)));
    Program program = backend().compile(model(), plain);
    try (GradientBuffer buffer = backend().gradientBuffer()) {
      assertThatThrownBy(() -> program.valueAndGradients(inputs(), 1, buffer))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("objective");
    }
    Program differentiable = backend().compile(model(), LOSS);
    GradientBuffer closed = backend().gradientBuffer();
    closed.close();
    closed.close();
    assertThatThrownBy(() -> differentiable.valueAndGradients(inputs(), 1, closed))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("gradient buffer");
  }

  /** Subtracts the gradient. */
  private record Descent() implements UpdateRule {
    @Override
    public List<String> state() {
      return List.of();
    }

    @Override
    public List<String> hyperparameters() {
      return List.of();
    }

    @Override
    public Updated update(Slot slot) {
      return new Updated(slot.value().sub(slot.gradient()), Map.of());
    }
  }

  /** If this fails, the class of a buffer is checked and not the backend that created it. */
  @Rule("G-29")
  @Test
  @EnabledIf("claimsGradients")
  public void buffersOfAnotherBackendAreRefused() {
    setParameters(backend());
    Signature loss =
        Signature.of(Signature.Input.floats("x", Dim.symbol("B"), Dim.of(3)))
            .differentiating("loss");
    Program program = backend().compile(model(), loss);
    try (Backend twin = environment().start();
        Optimizer update = backend().createOptimizer(new Descent());
        GradientBuffer foreign = twin.gradientBuffer()) {
      HostTensor before = backend().parameters().get("dense.weight");
      refused("differentiating", () -> program.valueAndGradients(inputs(), 1, foreign));
      refused("an update", () -> update.apply(foreign, Map.of()));
      refused("a step", () -> program.step(inputs(), 1, foreign, update, Map.of(), 1));
      assertThat(foreign.read()).isEmpty();
      assertThat(backend().parameters().get("dense.weight").toDoubles())
          .isEqualTo(before.toDoubles());
    }
  }

  private static void refused(String what, Runnable use) {
    assertThatThrownBy(use::run, "%s with a buffer of another backend", what)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gradient buffer");
  }

  private static final Signature RECORDED =
      Signature.of(Signature.Input.floats("x", Dim.symbol("B"), Dim.of(3))).whileTraining();

  /** {@code Σ y * u + loss / 2}, of which {@code u} becomes known after y. */
  private static Computation weighted() {
    return (pass, inputs) -> {
      Map<String, Tensor> outputs = model().trace(pass, inputs);
      Tensor y = named(outputs, "y").mul(named(inputs, "u")).sum();
      return Map.of("objective", y.add(named(outputs, "loss").mul(0.5)));
    };
  }

  /** If this fails, a tape pulls through values of another run, or overwrites the buffer. */
  @Rule("G-32")
  @Test
  @EnabledIf("claimsTapes")
  public void aTapePullsTheGradientOfWhatBecomesKnownLater() {
    setParameters(backend());
    setParameters(reference());
    HostTensor upstream = samples("upstream").floats(-1, 1, 4, 2);
    Signature weighted =
        Signature.of(
                Signature.Input.floats("x", Dim.symbol("B"), Dim.of(3)),
                Signature.Input.floats("u", Dim.symbol("B"), Dim.of(2)))
            .differentiating("objective");
    Program program = backend().compile(model(), RECORDED);
    try (GradientBuffer actual = backend().gradientBuffer();
        GradientBuffer exact = reference().gradientBuffer()) {
      for (int times = 1; times <= 2; times++) {
        try (Tape tape = program.record(inputs(), 1)) {
          program.run(Map.of("x", samples("other").floats(-1, 1, 5, 3)), 1);
          assertClose(
              "the recorded y",
              named(tape.outputs(), "y"),
              named(run(reference(), model(), RECORDED, inputs()), "y"),
              environment().tolerance().values());
          tape.pull(
              Map.of("y", upstream, "loss", HostTensor.of(new float[] {0.5f}, new long[0])),
              actual);
        }
        reference()
            .compile(weighted(), weighted)
            .valueAndGradients(Map.of("x", named(inputs(), "x"), "u", upstream), 1, exact);
        Map<String, HostTensor> pulled = actual.read();
        for (String name : List.of("dense.weight", "dense.bias")) {
          assertClose(
              "the gradient of %s, pulled %d times".formatted(name, times),
              named(pulled, name),
              named(exact.read(), name),
              environment().tolerance().gradients());
        }
      }
    }
  }

  /** If this fails, a tape that is spent or closed, or a name, is not checked. */
  @Rule("G-33")
  @Test
  @EnabledIf("claimsTapes")
  public void aTapeIsPulledOnceWhileItIsOpen() {
    setParameters(backend());
    Program program = backend().compile(model(), RECORDED);
    HostTensor one = HostTensor.of(new float[] {1}, new long[0]);
    try (GradientBuffer buffer = backend().gradientBuffer()) {
      Tape tape = program.record(inputs(), 1);
      tape.pull(Map.of("loss", one), buffer);
      assertThatThrownBy(() -> tape.pull(Map.of("loss", one), buffer))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("tape");
      tape.close();
      tape.close();
      Tape closed = program.record(inputs(), 1);
      closed.close();
      assertThatThrownBy(() -> closed.pull(Map.of("loss", one), buffer))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("tape");
      try (Tape other = program.record(inputs(), 1)) {
        assertThatThrownBy(() -> other.pull(Map.of("nothing", one), buffer))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("nothing");
      }
    }
    Signature inference = Signature.of(Signature.Input.floats("x", Dim.symbol("B"), Dim.of(3)));
    Program plain = backend().compile(model(), inference);
    assertThatThrownBy(() -> plain.record(inputs(), 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("inference");
  }

  /** If this fails, a tape is simulated: report the lacking capability. */
  @Rule("G-34")
  @Test
  @DisabledIf("claimsTapes")
  public void withoutTapesRecordingIsRefusedByName() {
    Program program = backend().compile(model(), RECORDED);
    assertThatThrownBy(() -> program.record(inputs(), 1))
        .isInstanceOf(UnsupportedCapabilityException.class)
        .hasMessageContainingAll(backend().name(), Capability.TAPES.name());
  }

  /** If this fails, gradients are omitted silently: report the lacking capability. */
  @Rule("G-28")
  @Test
  @DisabledIf("claimsGradients")
  public void withoutGradientsDifferentiatingIsRefusedByName() {
    assertThatThrownBy(() -> differentiate(backend(), model(), LOSS, inputs()))
        .isInstanceOf(UnsupportedCapabilityException.class)
        .hasMessageContainingAll(backend().name(), Capability.GRADIENTS.name());
  }
}
