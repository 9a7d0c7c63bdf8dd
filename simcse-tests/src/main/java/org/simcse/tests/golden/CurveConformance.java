package org.simcse.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Optimizer;
import org.simcse.api.engine.Program;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.train.step.AdamW;
import org.simcse.core.train.step.Schedule;
import org.simcse.tests.Rule;
import org.simcse.tests.TestEnvironment;

/**
 * A backend trains as the reference implementation does: a hundred steps of a tiny model without
 * dropout. Extend it and name the backend; it needs nothing else.
 *
 * @since 0.1.0
 */
public abstract class CurveConformance {
  private static final int VIEWS = 2;
  private static final double SINGLE = 0x1p-24;
  private static final double BETAS = 8.2e-4 / SINGLE;
  private static final double ROUNDING = 9.4e-5 / SINGLE;
  private static final double ORDER = 1e-6 / SINGLE;

  /** Returns the backend under test. */
  protected abstract TestEnvironment environment();

  /**
   * Returns the largest relative error of loss and norm.
   *
   * <p>A kernel that computes 1 - beta of a beta in single precision has 0.001 off by 1.3e-5, which
   * the bias correction, in double precision, does not undo. A hundred steps of {@code reference}
   * with such betas, all else in double precision, are off by up to 8.2e-4. Rounding takes the
   * original's curve in single precision, {@code f32/}, up to 9.4e-5 away; three times as much is
   * allowed. Both are in proportion to the roundoff.
   */
  static double tolerance(TestEnvironment environment) {
    return environment.tolerance().roundoff() * (BETAS + 3 * ROUNDING);
  }

  static Stream<String> curves() {
    return Stream.of("bert-curve-adamw-hf", "bert-curve-adamw-torch");
  }

  /** Loss and norm of the gradients at every step, each done as one. */
  @Rule("U-03")
  @ParameterizedTest
  @MethodSource("curves")
  public void aHundredStepsFollowTheReferences(String name) {
    GoldenCase golden = GoldenCase.load(name);
    try (Session session = new Session(environment().start(), golden)) {
      for (int step = 0; step < session.schedule.steps(); step++) {
        Program.Step result = session.step(step);
        assertClose(name, step, "loss", golden, loss(result.outputs()));
        assertClose(name, step, "grad_norm", golden, result.gradientNorm());
      }
    }
  }

  private void assertClose(String name, int step, String what, GoldenCase golden, double actual) {
    double expected = golden.output("f64/" + what).at(step);
    assertThat(actual)
        .as("%s: %s of step %d", name, what, step)
        .isCloseTo(expected, within(tolerance(environment()) * Math.abs(expected)));
  }

  /** A step done as one and its parts one by one end in the same parameters. */
  @Rule("U-04")
  @Test
  public void aStepIsTheSumOfItsParts() {
    GoldenCase golden = GoldenCase.load("bert-curve-adamw-hf");
    try (Session whole = new Session(environment().start(), golden);
        Session parts = new Session(environment().start(), golden)) {
      for (int step = 0; step < 3; step++) {
        Program.Step one = whole.step(step);
        Map<String, HostTensor> outputs = parts.parts(step);
        assertThat(loss(one.outputs()))
            .as("loss of step %d", step)
            .isCloseTo(loss(outputs), within(partTolerance() * loss(outputs)));
      }
      for (String parameter : whole.backend.parameters().names()) {
        // AdamW divides rounding errors by rounding errors where the gradient is 0 mathematically.
        if (!parameter.endsWith("key.bias")) {
          assertSame(parameter, whole, parts);
        }
      }
    }
  }

  private void assertSame(String parameter, Session whole, Session parts) {
    double[] expected = parts.backend.parameters().get(parameter).toDoubles();
    double[] actual = whole.backend.parameters().get(parameter).toDoubles();
    double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i])
          .as("%s at %d", parameter, i)
          .isCloseTo(expected[i], within(partTolerance() * largest));
    }
  }

  /**
   * Returns the allowed relative deviation of a fused step from its parts: they differ only in
   * summation order.
   */
  private double partTolerance() {
    return environment().tolerance().roundoff() * ORDER;
  }

  private static double loss(Map<String, HostTensor> outputs) {
    return Objects.requireNonNull(outputs.get("loss")).at(0);
  }

  /** A model in training, as the case describes it. */
  private static final class Session implements AutoCloseable {
    final Backend backend;
    final Schedule schedule;
    private final GoldenCase golden;
    private final GoldenModel model;
    private final AdamW rule;
    private final double clip;
    private final GradientBuffer gradients;
    private final Optimizer update;
    private final Program program;

    Session(Backend backend, GoldenCase golden) {
      this.backend = backend;
      this.golden = golden;
      JsonNode options = golden.options();
      model = GoldenModel.load(golden.model(), 3, backend.parameters());
      rule =
          AdamW.of(
              options.get("optimizer").asText().equals("adamw-hf")
                  ? AdamW.Form.HF
                  : AdamW.Form.TORCH,
              options.get("weight_decay").asDouble());
      schedule =
          new Schedule(
              Schedule.Kind.LINEAR, options.get("lr").asDouble(), 0, options.get("steps").asLong());
      clip = options.get("clip_norm").asDouble();
      gradients = backend.gradientBuffer();
      update = backend.createOptimizer(rule);
      program =
          model
              .training(options.get("pooler_type").asText(), golden.head(), VIEWS, List.of())
              .fused()
              .on(backend);
    }

    Program.Step step(int step) {
      return program.step(inputs(step), 0, gradients, update, numbers(step), clip);
    }

    Map<String, HostTensor> parts(int step) {
      gradients.zero();
      Map<String, HostTensor> outputs =
          program.valueAndGradients(inputs(step), 0, gradients).outputs();
      gradients.clip(clip);
      update.apply(gradients, numbers(step));
      return outputs;
    }

    private Map<String, Double> numbers(int step) {
      return rule.at(step + 1, schedule.at(step));
    }

    /** Returns the step's rows, cut to the longest. */
    private Map<String, HostTensor> inputs(int step) {
      HostTensor all = Objects.requireNonNull(golden.inputs().get("input_ids"));
      int rows = Math.toIntExact(all.shape()[1]);
      int sequences = rows * VIEWS;
      int length = Math.toIntExact(all.shape()[3]);
      Map<String, HostTensor> cut = new HashMap<>();
      int longest = longest(step, sequences, length);
      for (String input : new String[] {"input_ids", "attention_mask"}) {
        HostTensor tensor = Objects.requireNonNull(golden.inputs().get(input));
        long[] values = new long[sequences * longest];
        for (int i = 0; i < values.length; i++) {
          int sequence = i / longest;
          values[i] = (long) tensor.at((step * sequences + sequence) * length + i % longest);
        }
        cut.put(input, HostTensor.of(values, sequences, longest));
      }
      cut.put("token_type_ids", HostTensor.of(new long[sequences * longest], sequences, longest));
      Map<String, HostTensor> inputs =
          new GoldenCase(golden.name(), golden.options(), cut, Map.of()).tokens().packedInputs();
      inputs.put("rows", HostTensor.of(new long[sequences], rows, VIEWS));
      return inputs;
    }

    private int longest(int step, int sequences, int length) {
      HostTensor mask = Objects.requireNonNull(golden.inputs().get("attention_mask"));
      int longest = 0;
      for (int i = 0; i < sequences * length; i++) {
        if (mask.at(step * sequences * length + i) == 1) {
          longest = Math.max(longest, i % length + 1);
        }
      }
      return longest;
    }

    @Override
    public void close() {
      update.close();
      gradients.close();
      backend.close();
    }
  }
}
