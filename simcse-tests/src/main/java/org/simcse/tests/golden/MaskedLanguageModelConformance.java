package org.simcse.tests.golden;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.simcse.api.AuxiliaryLoss;
import org.simcse.api.Encoder;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.ParameterStore;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.train.step.Auxiliary;
import org.simcse.core.train.step.GradientReduction;
import org.simcse.core.train.step.MaskedLanguageModel;
import org.simcse.core.train.step.StepConfig;
import org.simcse.core.train.step.TrainingBatch;
import org.simcse.core.train.step.TrainingModel;
import org.simcse.tests.Rule;
import org.simcse.tests.TestEnvironment;

/**
 * A backend trains with masked language modelling as the reference implementation does. Extend it
 * and name the backend; it needs nothing else.
 *
 * @since 0.1.0
 */
public abstract class MaskedLanguageModelConformance {
  private static final String MLM = "mlm";

  /** For subclasses. */
  protected MaskedLanguageModelConformance() {}

  /** Returns the backend under test. */
  protected abstract TestEnvironment environment();

  private GoldenTolerance tolerance() {
    return GoldenTolerance.of(environment());
  }

  /** Returns the term under test, with its own decoder: by default the built-in one. */
  protected AuxiliaryLoss term(Encoder encoder) {
    return MaskedLanguageModel.of(encoder, false);
  }

  static List<String> cases() {
    return Stream.of("bert", "roberta")
        .flatMap(
            model -> Stream.of("pairs-cls-mlm", "triplets-cls-mlm").map(kind -> model + "-" + kind))
        .toList();
  }

  static List<String> casesWithoutMasks() {
    return List.of("bert-mlm-nothing-masked", "roberta-mlm-nothing-masked");
  }

  private GoldenStep step(GoldenCase golden, boolean masked, int microBatch) {
    StepConfig form = new StepConfig(microBatch, GradientReduction.SUM, false);
    try (Backend backend = environment().start()) {
      TrainingModel model = model(golden, masked, backend.parameters());
      return GoldenStep.of(backend, model, form, batch(golden, masked), 1);
    }
  }

  private Map<String, HostTensor> summands(GoldenCase golden) {
    return GoldenStep.summands(
        environment(),
        parameters -> model(golden, true, parameters),
        GoldenStep.FUSED,
        batch(golden, true),
        1);
  }

  private TrainingModel model(GoldenCase golden, boolean masked, ParameterStore parameters) {
    GoldenModel files = GoldenModel.load(golden.model(), 3, parameters);
    double weight = golden.options().get("mlm_weight").asDouble();
    Auxiliary mlm = new Auxiliary(MLM, weight, term(files.encoder()));
    return golden.training(files, golden.head(), masked ? List.of(mlm) : List.of());
  }

  private static TrainingBatch batch(GoldenCase golden, boolean masked) {
    return masked
        ? new TrainingBatch(golden.sequences(), Map.of(MLM, golden.masked()))
        : TrainingBatch.of(golden.sequences());
  }

  /**
   * Both terms, and the gradient of every parameter, the language model's head among them; in one
   * program and in micro-batches, whose numbers of masked tokens differ. If only the language
   * model's values differ, check the weight of a masked token; if only the encoder's gradients
   * differ, check whether both passes share its parameters.
   */
  @Rule("M-06")
  @ParameterizedTest
  @MethodSource("cases")
  public void maskedLanguageModellingEqualsTheReference(String name) {
    GoldenCase golden = GoldenCase.load(name);
    Map<String, Double> terms = new LinkedHashMap<>();
    terms.put("contrastive", golden.output("contrastive_loss").at(0));
    terms.put(MLM, golden.output("mlm_loss").at(0));
    terms.put("loss", golden.output("loss").at(0));
    Map<String, HostTensor> summands = summands(golden);
    for (int microBatch : new int[] {StepConfig.WHOLE, 4}) {
      GoldenStep step = step(golden, true, microBatch);
      String what = name + (microBatch == StepConfig.WHOLE ? "" : " in micro-batches");
      GoldenChecks.assertTerms(what, terms, step.terms(), golden, tolerance());
      GoldenChecks.assertGradients(
          what,
          GoldenChecks.gradients(golden, "grad/"),
          step.gradients(),
          summands,
          tolerance().gradient(golden));
    }
  }

  /**
   * Where the reference divides 0 by 0, the loss and the gradients are those of the contrastive
   * term alone, and the head's are 0.
   */
  @Rule("M-07")
  @ParameterizedTest
  @MethodSource("casesWithoutMasks")
  public void aBatchWithoutMaskedTokensHasTheContrastiveLossAlone(String name) {
    GoldenCase golden = GoldenCase.load(name);
    double loss = golden.output("loss_without_mlm").at(0);
    GoldenStep step = step(golden, true, StepConfig.WHOLE);
    Map<String, Double> terms = Map.of("loss", loss, "contrastive", loss, MLM, 0.0);
    GoldenChecks.assertTerms(name, terms, step.terms(), golden, tolerance());
    Map<String, HostTensor> expected =
        new HashMap<>(step(golden, false, StepConfig.WHOLE).gradients());
    step.gradients()
        .forEach(
            (parameter, gradient) -> {
              if (parameter.startsWith("lm_head.")) {
                expected.put(
                    parameter, HostTensor.of(new double[gradient.size()], gradient.shape()));
              }
            });
    GoldenChecks.assertGradients(
        name, expected, step.gradients(), summands(golden), tolerance().gradient(golden));
  }
}
