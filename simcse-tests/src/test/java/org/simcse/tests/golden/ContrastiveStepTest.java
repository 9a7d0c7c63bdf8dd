package org.simcse.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.simcse.api.TokenSequence;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.builtin.LocalGather;
import org.simcse.core.builtin.SimCseHead;
import org.simcse.core.train.step.AdamW;
import org.simcse.core.train.step.Auxiliary;
import org.simcse.core.train.step.AuxiliaryData;
import org.simcse.core.train.step.ContrastiveStep;
import org.simcse.core.train.step.GradientReduction;
import org.simcse.core.train.step.StepConfig;
import org.simcse.core.train.step.TrainingBatch;
import org.simcse.core.train.step.TrainingModel;
import org.simcse.tests.TestEnvironment;

/** What a step refuses, and what it makes of a batch without targets. */
class ContrastiveStepTest {
  private static final TokenSequence TEXT = new TokenSequence(new int[] {2, 9, 3}, new int[3]);

  private Backend backend;
  private GradientBuffer gradients;

  @BeforeEach
  void start() {
    backend = TestEnvironment.of(TestEnvironment.REFERENCE).start();
    gradients = backend.gradientBuffer();
  }

  @AfterEach
  void stop() {
    backend.close();
  }

  private TrainingModel model(List<Auxiliary> terms) {
    return GoldenModel.load("tiny-bert", 3, backend.parameters())
        .training("cls", new SimCseHead(true, 0.05, 0), 2, terms);
  }

  private Map<String, Double> compute(TrainingModel model, TrainingBatch batch) {
    return new ContrastiveStep(
            backend, model, new LocalGather(), new StepConfig(1, GradientReduction.SUM, false))
        .compute(batch, 1, gradients);
  }

  @Test
  void aBatchThatIsNoneOfTheModelIsRefused() {
    assertThatThrownBy(() -> compute(model(List.of()), TrainingBatch.of(List.of(TEXT, TEXT, TEXT))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("The batch has 3 sequences, which makes no whole rows of 2 texts.");
    assertThatThrownBy(() -> compute(model(List.of()), TrainingBatch.of(List.of())))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("The batch of a step has no rows.");
    assertThatThrownBy(
            () -> compute(model(List.of(StepSamples.PROBE)), TrainingBatch.of(List.of(TEXT, TEXT))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("The batch has data for the terms [], but the model has the terms [probe].");
  }

  @Test
  void termsHaveNamesOfTheirOwn() {
    Auxiliary loss = new Auxiliary("loss", 1, StepSamples.PROBE.term());
    assertThatThrownBy(() -> model(List.of(loss)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Two terms are named loss.");
    Auxiliary contrastive = new Auxiliary("contrastive", 1, StepSamples.PROBE.term());
    AuxiliaryData nothing =
        new AuxiliaryData(new int[][] {TEXT.ids(), TEXT.ids()}, new int[2][0], new int[2][0]);
    TrainingBatch batch = new TrainingBatch(List.of(TEXT, TEXT), Map.of("contrastive", nothing));
    assertThatThrownBy(() -> compute(model(List.of(contrastive)), batch))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Two terms are named contrastive.");
    assertThatThrownBy(() -> new Auxiliary("the probe", 1, StepSamples.PROBE.term()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the probe");
  }

  @Test
  void aRowHasTwoViews() {
    TrainingModel model = model(List.of());
    assertThatThrownBy(
            () ->
                new TrainingModel(
                    model.encoder(), model.pooler(), model.modules(), model.head(), 1, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 2 views, but there are 1");
  }

  @Test
  void aTermWithoutTargetsContributesNothing() {
    List<TokenSequence> texts = List.of(TEXT, TEXT, TEXT, TEXT);
    int[][] ids = texts.stream().map(TokenSequence::ids).toArray(int[][]::new);
    AuxiliaryData nothing = new AuxiliaryData(ids, new int[4][0], new int[4][0]);
    Map<String, Double> terms =
        compute(
            model(List.of(StepSamples.PROBE)), new TrainingBatch(texts, Map.of("probe", nothing)));
    assertThat(terms.get("probe")).isZero();
    assertThat(terms.get("loss")).isEqualTo(terms.get("contrastive"));
    assertThat(gradients.globalNorm()).isFinite();
  }

  /** A parameter after a step that is clipped. */
  private record Updated(ContrastiveStep.Result result, double[] before, double[] after) {}

  private static Updated update(int microBatch) {
    GoldenCase golden = GoldenCase.load("bert-pairs-cls");
    try (Backend own = TestEnvironment.of(TestEnvironment.REFERENCE).start()) {
      GoldenModel files = GoldenModel.load(golden.model(), 3, own.parameters());
      double[] before = own.parameters().get("mlp.dense.weight").toDoubles();
      AdamW rule = AdamW.of(AdamW.Form.TORCH, 0.01);
      ContrastiveStep.Result result =
          new ContrastiveStep(
                  own,
                  golden.training(files, golden.head(), List.of()),
                  new LocalGather(),
                  new StepConfig(microBatch, GradientReduction.SUM, false))
              .step(
                  List.of(new ContrastiveStep.Seeded(TrainingBatch.of(golden.sequences()), 1)),
                  own.gradientBuffer(),
                  own.createOptimizer(rule),
                  rule.at(1, 1e-3),
                  0.5);
      return new Updated(result, before, own.parameters().get("mlp.dense.weight").toDoubles());
    }
  }

  @Test
  void aStepInMicroBatchesUpdatesAsAWholeOneDoes() {
    Updated whole = update(StepConfig.WHOLE);
    Updated parts = update(2);
    double norm = whole.result().gradientNorm();
    assertThat(parts.result().gradientNorm()).isGreaterThan(0.5).isCloseTo(norm, within(1e-9));
    assertThat(parts.result().terms().get("loss"))
        .isCloseTo(whole.result().terms().get("loss"), within(1e-10));
    assertThat(parts.after()).isNotEqualTo(parts.before());
    assertThat(parts.after()).containsExactly(whole.after(), within(1e-9));
  }

  @Test
  void whatTheBufferHeldIsReplaced() {
    TrainingBatch batch = TrainingBatch.of(List.of(TEXT, TEXT, TEXT, TEXT));
    TrainingModel model = model(List.of());
    compute(model, batch);
    double norm = gradients.globalNorm();
    compute(model, batch);
    assertThat(gradients.globalNorm()).isEqualTo(norm);
  }
}
