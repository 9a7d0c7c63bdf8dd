package org.simcse.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Optimizer;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.engine.UpdateRule;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;
import org.simcse.core.train.step.AdamW;
import org.simcse.core.train.step.Schedule;
import org.simcse.tests.Rule;
import org.simcse.tests.TestEnvironment;

/**
 * A backend updates parameters as the reference implementation's optimizers do. Extend it and name
 * the backend; it needs nothing else.
 *
 * @since 0.1.0
 */
public abstract class OptimizerConformance {
  private static final List<String> PARAMETERS = List.of("a.weight", "b.weight", "c.weight");

  /** Returns the backend under test. */
  protected abstract TestEnvironment environment();

  private GoldenTolerance tolerance() {
    return GoldenTolerance.of(environment());
  }

  static Stream<String> cases() {
    return Stream.of("hf", "torch")
        .flatMap(
            form ->
                Stream.of("0.0", "0.01")
                    .flatMap(
                        decay ->
                            Stream.of("0.001", "1e-08")
                                .map(eps -> "adamw-" + form + "-wd" + decay + "-eps" + eps)));
  }

  /**
   * Every parameter after every step. If this fails for {@code adamw-hf} alone, check where epsilon
   * is added and that decay follows the update.
   */
  @Rule("U-01")
  @ParameterizedTest
  @MethodSource("cases")
  public void everyStepEqualsTheReferences(String name) {
    AdamW rule = rule(GoldenFiles.json("optimizers/" + name + "/case.json"));
    compare(name, rule, rule);
  }

  /** If this fails and the test above does not, an operation of the rule's composition is wrong. */
  @Rule("U-01")
  @ParameterizedTest
  @MethodSource("cases")
  public void everyStepEqualsTheReferencesWithoutAKernelOfAdam(String name) {
    AdamW rule = rule(GoldenFiles.json("optimizers/" + name + "/case.json"));
    compare(name, rule, new Composed(rule));
  }

  /** A rule without a kernel. */
  private record Composed(UpdateRule rule) implements UpdateRule {
    @Override
    public List<String> state() {
      return rule.state();
    }

    @Override
    public List<String> hyperparameters() {
      return rule.hyperparameters();
    }

    @Override
    public Updated update(Slot slot) {
      return rule.update(slot);
    }
  }

  private void compare(String name, AdamW rule, UpdateRule compiled) {
    JsonNode options = GoldenFiles.json("optimizers/" + name + "/case.json");
    Map<String, HostTensor> in = GoldenFiles.tensors("optimizers/" + name + "/inputs.safetensors");
    Map<String, HostTensor> out =
        GoldenFiles.tensors("optimizers/" + name + "/outputs.safetensors");
    Schedule schedule =
        new Schedule(
            Schedule.Kind.LINEAR,
            options.get("lr").asDouble(),
            options.get("warmup_steps").asLong(),
            options.get("steps").asLong());
    try (Backend backend = environment().start();
        GradientBuffer gradients = backend.gradientBuffer();
        Optimizer update = backend.createOptimizer(compiled)) {
      for (int i = 0; i < PARAMETERS.size(); i++) {
        backend.parameters().set(PARAMETERS.get(i), Objects.requireNonNull(in.get("param" + i)));
      }
      Feeder feeder = new Feeder(backend, in);
      double allowed = 0;
      for (int step = 0; step < schedule.steps(); step++) {
        gradients.zero();
        feeder.feed(step, gradients);
        update.apply(gradients, rule.at(step + 1, schedule.at(step)));
        allowed += updateError(rule, step + 1) * schedule.at(step);
        for (int i = 0; i < PARAMETERS.size(); i++) {
          assertClose(
              "%s step %d parameter %d".formatted(name, step, i),
              backend.parameters().get(PARAMETERS.get(i)),
              Objects.requireNonNull(out.get("step" + step + "/param" + i)),
              3 * (step + 1),
              allowed);
        }
      }
    }
  }

  private static AdamW rule(JsonNode options) {
    return new AdamW(
        options.get("form").asText().equals("adamw-hf") ? AdamW.Form.HF : AdamW.Form.TORCH,
        options.get("betas").get(0).asDouble(),
        options.get("betas").get(1).asDouble(),
        options.get("eps").asDouble(),
        options.get("weight_decay").asDouble());
  }

  /**
   * How far a step is off, in units of u and as a share of the learning rate, which is about the
   * size of a step. A beta held in the engine's precision is off by half of u, and 1 - beta by as
   * much, of which the variance's root halves the effect. To that come three standard deviations
   * (see {@link GoldenTolerance}) of two roundings per average and step and some five of the rest.
   */
  private static double updateError(AdamW rule, int steps) {
    return 0.25 / (1 - rule.beta2())
        + 0.5 / (1 - rule.beta1())
        + GoldenTolerance.SPREAD * Math.sqrt(4 * steps + 5);
  }

  /**
   * Fails unless a parameter is close.
   *
   * @param roundings of the value, three per step: the decay's two and the update's
   * @param steps the total error of its steps, in units of u
   */
  private void assertClose(
      String what, HostTensor actual, HostTensor expected, int roundings, double steps) {
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    for (int i = 0; i < expected.size(); i++) {
      double value = GoldenTolerance.SPREAD * Math.sqrt(roundings) * Math.abs(expected.at(i));
      assertThat(actual.at(i))
          .as("%s at %d", what, i)
          .isCloseTo(expected.at(i), within(tolerance().roundoff() * (value + steps)));
    }
  }

  /** Adds given gradients to a buffer: those of Σ parameter · gradient. */
  private record Feeder(Program program, Map<String, HostTensor> golden) {
    Feeder(Backend backend, Map<String, HostTensor> golden) {
      this(backend.compile(computation(golden), signature(golden)), golden);
    }

    private static Signature signature(Map<String, HostTensor> golden) {
      return Signature.of(
              IntStream.range(0, PARAMETERS.size())
                  .mapToObj(i -> Signature.Input.floats("grad" + i, dims(golden, i)))
                  .toArray(Signature.Input[]::new))
          .differentiating("sum");
    }

    private static Dim[] dims(Map<String, HostTensor> golden, int i) {
      return Shape.of(Objects.requireNonNull(golden.get("param" + i)).shape())
          .dims()
          .toArray(Dim[]::new);
    }

    private static Computation computation(Map<String, HostTensor> golden) {
      return (pass, inputs) ->
          Map.of(
              "sum",
              IntStream.range(0, PARAMETERS.size())
                  .mapToObj(
                      i ->
                          pass.parameter(
                                  PARAMETERS.get(i), Shape.of(dims(golden, i)), Initializer.zeros())
                              .mul(Objects.requireNonNull(inputs.get("grad" + i)))
                              .sum())
                  .reduce(Tensor::add)
                  .orElseThrow());
    }

    void feed(int step, GradientBuffer into) {
      Map<String, HostTensor> inputs = new LinkedHashMap<>();
      for (int i = 0; i < PARAMETERS.size(); i++) {
        inputs.put("grad" + i, Objects.requireNonNull(golden.get("step" + step + "/grad" + i)));
      }
      program.valueAndGradients(inputs, 0, into);
    }
  }

  /**
   * Programs for inference run before and after updates, by {@link Optimizer#apply} and {@link
   * Program#step} in turn. If this fails and G-04 does not, a backend that keeps weights in the
   * form of its kernels does so beyond an update.
   */
  @Rule("U-05")
  @Test
  public void updatedParametersAreSeenByACompiledProgram() {
    AdamW rule = rule(GoldenFiles.json("optimizers/adamw-hf-wd0.01-eps1e-08/case.json"));
    Signature signature = Signature.of(Signature.Input.floats("x", Dim.symbol("B"), Dim.of(4)));
    Computation linear =
        (pass, inputs) -> {
          Tensor y = pass.linear(Objects.requireNonNull(inputs.get("x")), "dense", 3);
          return Map.of("y", y, "sum", y.sum());
        };
    Map<String, HostTensor> x = Map.of("x", HostTensor.of(new float[] {1, 2, 3, 4}, 1, 4));
    try (Backend backend = environment().start();
        GradientBuffer gradients = backend.gradientBuffer();
        Optimizer update = backend.createOptimizer(rule)) {
      Program trained = backend.compile(linear, signature.differentiating("sum"));
      Program program = backend.compile(linear, signature);
      for (int step = 1; step <= 4; step++) {
        program.run(x);
        Map<String, Double> hyperparameters = rule.at(step, 0.1);
        if (step % 2 == 1) {
          gradients.zero();
          trained.valueAndGradients(x, 0, gradients);
          update.apply(gradients, hyperparameters);
        } else {
          trained.step(x, 0, gradients, update, hyperparameters, 1);
        }
        HostTensor y = Objects.requireNonNull(program.run(x).get("y"));
        for (int row = 0; row < 3; row++) {
          double expected = backend.parameters().get("dense.bias").at(row);
          for (int i = 0; i < 4; i++) {
            expected += (i + 1) * backend.parameters().get("dense.weight").at(4 * row + i);
          }
          // An update moves y by 0.1 · (1 + 2 + 3 + 4 + 1).
          assertThat(y.at(row))
              .as("y after an update at %d", row)
              .isCloseTo(expected, within(1e-3));
        }
      }
    }
  }

  /**
   * The state of an optimizer can be read, and set in another backend, which continues identically.
   */
  @Rule("U-02")
  @Test
  public void savedStateContinuesTheSameRun() {
    JsonNode options = GoldenFiles.json("optimizers/adamw-hf-wd0.01-eps1e-08/case.json");
    Map<String, HostTensor> in =
        GoldenFiles.tensors("optimizers/adamw-hf-wd0.01-eps1e-08/inputs.safetensors");
    AdamW rule = rule(options);
    Map<String, HostTensor> saved = new LinkedHashMap<>();
    Map<String, HostTensor> middle = new LinkedHashMap<>();
    Map<String, HostTensor> whole = new LinkedHashMap<>();
    try (Backend backend = environment().start();
        GradientBuffer gradients = backend.gradientBuffer();
        Optimizer update = backend.createOptimizer(rule)) {
      for (int i = 0; i < PARAMETERS.size(); i++) {
        backend.parameters().set(PARAMETERS.get(i), Objects.requireNonNull(in.get("param" + i)));
      }
      Feeder feeder = new Feeder(backend, in);
      for (int step = 0; step < 6; step++) {
        if (step == 3) {
          update.names().forEach(name -> saved.put(name, update.get(name)));
          PARAMETERS.forEach(name -> middle.put(name, backend.parameters().get(name)));
        }
        gradients.zero();
        feeder.feed(step, gradients);
        update.apply(gradients, rule.at(step + 1, 0.01));
      }
      PARAMETERS.forEach(name -> whole.put(name, backend.parameters().get(name)));
    }
    assertThat(saved.keySet())
        .containsExactlyInAnyOrderElementsOf(
            PARAMETERS.stream()
                .flatMap(name -> Stream.of(name + "/exp_avg", name + "/exp_avg_sq"))
                .toList());
    try (Backend backend = environment().start();
        GradientBuffer gradients = backend.gradientBuffer();
        Optimizer update = backend.createOptimizer(rule)) {
      middle.forEach(backend.parameters()::set);
      saved.forEach(update::set);
      Feeder feeder = new Feeder(backend, in);
      for (int step = 3; step < 6; step++) {
        gradients.zero();
        feeder.feed(step, gradients);
        update.apply(gradients, rule.at(step + 1, 0.01));
      }
      whole.forEach(
          (name, value) ->
              assertThat(backend.parameters().get(name).toDoubles())
                  .as(name)
                  .isEqualTo(value.toDoubles()));
    }
  }
}
