package org.simcse.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.Capability;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.ParameterStore;
import org.simcse.api.engine.Precision;
import org.simcse.api.engine.Signature;
import org.simcse.api.error.UnsupportedCapabilityException;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;
import org.simcse.core.model.SentenceModel;
import org.simcse.core.train.step.TrainingBatch;
import org.simcse.core.train.step.TrainingModel;
import org.simcse.tests.Rule;
import org.simcse.tests.TestEnvironment;

/**
 * The rules B of the specification: large products in {@code BFLOAT16}, everything else in single
 * precision. Extend it and name the backend; it needs nothing else.
 *
 * @since 0.1.0
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // conditions on generated tests need an instance
public abstract class HalfPrecisionConformance {
  private static final List<String> POOLERS =
      List.of("cls_before_pooler", "avg", "avg_top2", "avg_first_last");

  /** For subclasses. */
  protected HalfPrecisionConformance() {}

  /** Returns the backend under test. */
  protected abstract TestEnvironment environment();

  /** Returns whether {@code BFLOAT16} is expected to work. */
  public final boolean claimsBfloat16() {
    return environment().claims(Capability.BFLOAT16);
  }

  static List<String> embeddings() {
    return GoldenCase.embeddings();
  }

  private Backend start() {
    return environment().start(config -> config.withPrecision(Precision.BF16));
  }

  /** If this fails, something that should stay in single precision is rounded too. */
  @Rule("B-01")
  @ParameterizedTest
  @MethodSource("embeddings")
  @EnabledIf("claimsBfloat16")
  public void hiddenStatesAndVectorsAreWithinTheToleranceOfTheGoldenOnes(String name) {
    GoldenCase golden = GoldenCase.load(name);
    HostTensor mask = Objects.requireNonNull(golden.inputs().get("attention_mask"));
    try (Backend backend = start()) {
      GoldenModel model = GoldenModel.load(golden.model(), 3, backend.parameters());
      Map<String, HostTensor> outputs =
          backend
              .compile(model.embeddings(POOLERS), SentenceModel.signature())
              .run(golden.tokens().inputs());
      double farthest = 0;
      for (String output : golden.outputs().keySet()) {
        HostTensor expected = golden.output(output);
        HostTensor actual = Objects.requireNonNull(outputs.get(output));
        int width = Math.toIntExact(expected.shape()[expected.shape().length - 1]);
        double allowed = GoldenTolerance.HALF.value() * GoldenChecks.largest(expected);
        for (int i = 0; i < expected.size(); i++) {
          if (!output.startsWith("hidden/") || mask.at(i / width) == 1) {
            assertThat(actual.at(i))
                .as("%s %s at %d", name, output, i)
                .isCloseTo(expected.at(i), within(allowed));
            farthest = Math.max(farthest, Math.abs(actual.at(i) - expected.at(i)) / allowed);
          }
        }
      }
      assertThat(farthest)
          .as("rounded to BFLOAT16, as a share of what is allowed")
          .isGreaterThan(GoldenTolerance.SINGLE.value() / GoldenTolerance.HALF.value());
    }
  }

  /** If this fails, a gradient does not flow back through a cast. */
  @Rule("B-02")
  @ParameterizedTest
  @ValueSource(strings = {"bert-pairs-cls", "roberta-triplets-cls-weight1.5"})
  @EnabledIf("claimsBfloat16")
  public void theLossAndEveryGradientAreWithinTheToleranceOfTheGoldenOnes(String name) {
    GoldenCase golden = GoldenCase.load(name);
    Function<ParameterStore, TrainingModel> loaded =
        parameters ->
            golden.training(
                GoldenModel.load(golden.model(), 3, parameters), golden.head(), List.of());
    TrainingBatch batch = TrainingBatch.of(golden.sequences());
    TestEnvironment training = environment().needing(Capability.GRADIENTS);
    Map<String, HostTensor> summands =
        GoldenStep.summands(training, loaded, GoldenStep.FUSED, batch, 1);
    try (Backend backend = start()) {
      TrainingModel model = loaded.apply(backend.parameters());
      GoldenStep step = GoldenStep.of(backend, model, GoldenStep.FUSED, batch, 1);
      double loss = golden.output("loss").at(0);
      GoldenChecks.assertTerms(
          name,
          Map.of("loss", loss, "contrastive", loss),
          step.terms(),
          golden,
          GoldenTolerance.HALF);
      Map<String, HostTensor> expected = GoldenChecks.gradients(golden, "grad/");
      assertThat(step.gradients()).containsOnlyKeys(expected.keySet());
      expected.forEach(
          (parameter, gradient) ->
              assertThat(distance(gradient, named(step.gradients(), parameter)))
                  .as("%s: how far the gradient of %s is off, as a norm", name, parameter)
                  .isLessThanOrEqualTo(
                      GoldenTolerance.HALF.gradientNorm(golden)
                          * norm(named(summands, parameter))));
    }
  }

  private static HostTensor named(Map<String, HostTensor> tensors, String parameter) {
    return Objects.requireNonNull(tensors.get(parameter), parameter);
  }

  private static double distance(HostTensor a, HostTensor b) {
    return norm(IntStream.range(0, a.size()).mapToDouble(i -> a.at(i) - b.at(i)));
  }

  private static double norm(HostTensor tensor) {
    return norm(Arrays.stream(tensor.toDoubles()));
  }

  private static double norm(DoubleStream entries) {
    return Math.sqrt(entries.map(x -> x * x).sum());
  }

  /** If this fails, the store holds rounded parameters, or more than products is rounded. */
  @Rule("B-03")
  @Test
  @EnabledIf("claimsBfloat16")
  public void parametersAndWhatIsNoLargeProductAreNotRounded() {
    float fine = 1 + 0x1p-20f; // BFLOAT16 has 8 bits
    Computation mixed =
        (pass, inputs) -> {
          Tensor x = Objects.requireNonNull(inputs.get("x"));
          Tensor scale = pass.parameter("scale", Shape.of(2), Initializer.ones());
          return Map.of(
              "scaled", x.mul(scale),
              "similarity", x.mul(scale).matmul(x, false, true),
              "linear", pass.linear(x.mul(scale), "dense", 2));
        };
    try (Backend backend = start()) {
      backend.parameters().set("scale", HostTensor.of(new float[] {fine, fine}, 2));
      backend.parameters().set("dense.weight", HostTensor.of(new float[] {fine, 0, 0, 1}, 2, 2));
      Map<String, HostTensor> outputs =
          backend
              .compile(mixed, Signature.of(Signature.Input.floats("x", Dim.symbol("B"), Dim.of(2))))
              .run(Map.of("x", HostTensor.of(new float[] {fine, 0}, 1, 2)));
      assertThat(Objects.requireNonNull(outputs.get("scaled")).at(0)).isEqualTo(fine * fine);
      assertThat(Objects.requireNonNull(outputs.get("similarity")).at(0))
          .isCloseTo((double) fine * fine * fine, within(1e-7));
      assertThat(Objects.requireNonNull(outputs.get("linear")).toDoubles())
          .as("the output of a linear layer, rounded")
          .containsExactly(1, 0);
      assertThat(backend.parameters().get("dense.weight").toFloats())
          .containsExactly(fine, 0, 0, 1);
    }
  }

  /** If this fails, the exception has another type, or does not name backend and capability. */
  @Rule("B-04")
  @Test
  @DisabledIf("claimsBfloat16")
  public void withoutBfloat16TheStartIsRefusedByName() {
    assertThatThrownBy(() -> start().close())
        .isInstanceOf(UnsupportedCapabilityException.class)
        .hasMessageContainingAll(environment().provider().name(), Capability.BFLOAT16.name());
  }
}
