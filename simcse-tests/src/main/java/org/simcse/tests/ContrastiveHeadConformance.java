package org.simcse.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.simcse.tests.Checks.assertClose;
import static org.simcse.tests.Checks.named;
import static org.simcse.tests.HeadBatch.axis;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.engine.Program;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.HeadProvider;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.builtin.BertConfig;
import org.simcse.core.builtin.BertEncoder;
import org.simcse.core.builtin.SimCseHead;
import org.simcse.core.model.DryTrace;
import org.simcse.core.model.Projection;
import org.simcse.core.train.step.Traceable;
import org.simcse.core.train.step.TrainingModel;

/**
 * The rules H of the specification, for authors of contrastive heads.
 *
 * <pre>{@code
 * class MyHeadConformanceTest extends ContrastiveHeadConformance {
 *   @Override protected HeadProvider provider() { return new MyHeadProvider(); }
 * }
 * }</pre>
 *
 * <p>Pooled vectors have 8 elements, and projected ones need at least 4. Runs on the backend that
 * the system property {@code simcse.backend} names, by default the reference. Run it once per
 * backend you support, each in a separate JVM.
 *
 * @since 0.1.0
 */
public abstract class ContrastiveHeadConformance extends HeadHarness {
  /** For subclasses. */
  protected ContrastiveHeadConformance() {}

  /** If this fails, the jar works on the class path or on the module path only. */
  @Rule("P-07")
  @Test
  public void theProviderIsFoundOnClassPathAndModulePath() {
    Registration.check(HeadProvider.class, provider());
  }

  /** If this fails, there is an extra axis, or the projection reads other rows. */
  @Rule("H-01")
  @Test
  public void aRowIsProjectedByItself() {
    int width = width();
    HostTensor pooled = samples("pooled").floats(-1, 1, 3, POOLED);
    double[] together = project(head(), false, pooled).toDoubles();
    for (int row = 0; row < 3; row++) {
      double[] alone = Arrays.copyOfRange(pooled.toDoubles(), row * POOLED, (row + 1) * POOLED);
      assertClose(
          "the projection of row %d alone".formatted(row),
          project(head(), false, HostTensor.of(alone, 1, POOLED)),
          HostTensor.of(Arrays.copyOfRange(together, row * width, (row + 1) * width), 1, width),
          environment().tolerance().values());
    }
  }

  /** If this fails, the labels are not those of the diagonal, or the loss has the wrong sign. */
  @Rule("H-02")
  @Test
  public void theLossIsLowerWherePositivesLieBesideTheirAnchors() {
    HeadBatch swapped =
        HeadBatch.of(width(), new double[][] {axis(0), axis(1)}, new double[][] {axis(1), axis(0)});
    assertThat(loss(head(), aligned()))
        .as("the loss of aligned pairs, against that of swapped ones")
        .isLessThan(loss(head(), swapped));
  }

  /** If this fails, hard negatives are split by column instead of by row. */
  @Rule("H-03")
  @Test
  public void theOrderOfRowsDoesNotMatter() {
    HeadBatch batch = generated("order", 4, 2, 3);
    assertEqualLosses(
        "the loss of rows in another order",
        loss(head(), batch.permuted(2, 0, 3, 1)),
        loss(head(), batch));
  }

  /** If this fails, the head supports only pairs or only triplets. */
  @Rule("H-04")
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  public void anyNumberOfNegativesIsAccepted(int hardNegatives) {
    for (int extra : new int[] {0, 1, 3}) {
      assertThat(loss(head(), generated("negatives", 3, hardNegatives, extra))).isFinite();
    }
    HeadBatch without = generated("negatives", 3, hardNegatives, 0);
    assertEqualLosses(
        "the loss with a queue of extra negatives that is empty",
        loss(head(), without.withExtra()),
        loss(head(), without));
  }

  /** If this fails, hard or extra negatives are left out of the loss. */
  @Rule("H-04")
  @Test
  public void aNearerNegativeRaisesTheLoss() {
    HeadBatch pairs = aligned();
    assertThat(loss(head(), pairs.withHard(1, axis(0), axis(3))))
        .as("the loss with a hard negative that equals its anchor")
        .isGreaterThan(loss(head(), pairs.withHard(1, axis(2), axis(3))));
    assertThat(loss(head(), pairs.withExtra(axis(0))))
        .as("the loss with an extra negative that equals an anchor")
        .isGreaterThan(loss(head(), pairs.withExtra(axis(2))));
  }

  /** If this fails, similarities are multiplied by the temperature, or divided twice. */
  @Rule("H-05")
  @ParameterizedTest
  @ValueSource(doubles = {0.05, 0.5, 2})
  @EnabledIf("takesTemperature")
  public void similaritiesAreDividedByTheTemperature(double temperature) {
    Map<String, HostTensor> outputs =
        run(head(TEMPERATURE, String.valueOf(temperature)), aligned());
    double expected = expectedLoss(temperature);
    assertThat(outputs.keySet()).anyMatch(ContrastiveHeadConformance::isContrastive);
    outputs.forEach(
        (name, value) -> {
          if (isContrastive(name)) {
            assertEqualLosses(
                "the term %s at temperature %s".formatted(name, temperature),
                value.at(0),
                expected);
          }
        });
  }

  private static boolean isContrastive(String term) {
    return term.equals("contrastive") || term.startsWith("contrastive/");
  }

  /** If this fails, the sign of the temperature is not checked when the head is created. */
  @Rule("H-05")
  @ParameterizedTest
  @ValueSource(strings = {"0", "-0.05"})
  @EnabledIf("takesTemperature")
  public void aTemperatureThatIsNotAboveZeroIsRefused(String temperature) {
    assertThatThrownBy(() -> head(TEMPERATURE, temperature))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContainingAll(TEMPERATURE, temperature);
  }

  /**
   * A weight of ln 2 is a second copy of the negative. If this fails, the weight is a factor, or is
   * divided by the temperature.
   */
  @Rule("H-06")
  @Test
  @EnabledIf("takesWeight")
  public void theHardNegativeWeightIsALogit() {
    double[][] rows = {{1, 0.5, -0.25}, {0.5, 1}, {0.75, 0.25, 0.5}};
    HeadBatch pair = HeadBatch.of(width(), new double[][] {rows[0]}, new double[][] {rows[1]});
    assertEqualLosses(
        "the loss with a hard-negative-weight of ln 2",
        loss(head(WEIGHT, String.valueOf(Math.log(2))), pair.withHard(1, rows[2])),
        loss(head(), pair.withHard(2, rows[2], rows[2])));
  }

  /**
   * A weight far below 0 makes a hard negative vanish for its own anchor and no other. If this
   * fails, check which columns of the logits belong to a row.
   */
  @Rule("H-06")
  @Test
  @EnabledIf("takesWeight")
  public void theHardNegativeWeightActsOnTheRowsOwnNegativesOnly() {
    ContrastiveHead head = head(WEIGHT, "-100");
    double far = loss(head, aligned().withHard(1, axis(2), axis(3)));
    assertEqualLosses(
        "the loss with a hard-negative-weight of -100 where a row's hard negative is its own anchor",
        loss(head, aligned().withHard(1, axis(0), axis(3))),
        far);
    assertThat(loss(head, aligned().withHard(1, axis(1), axis(3))))
        .as(
            "the loss with a hard-negative-weight of -100 where a row's hard negative is another row's anchor")
        .isGreaterThan(far);
  }

  /** If this fails, a vector is divided by its norm without a lower bound. */
  @Rule("H-07")
  @Test
  @EnabledIf("claimsGradients")
  public void aZeroVectorGivesAFiniteLossAndGradient() {
    HeadBatch batch =
        generated("zero", 4, 1, 2)
            .withZeroRow("anchors", 0)
            .withZeroRow("positives", 1)
            .withZeroRow("hard", 2)
            .withZeroRow("extra", 0);
    Program.Results results = differentiated(backend(), batch);
    assertThat(named(results.outputs(), "loss").at(0)).as("the loss").isFinite();
    results.inputGradients().forEach(ContrastiveHeadConformance::assertFinite);
  }

  private static void assertFinite(String view, HostTensor gradient) {
    assertThat(Arrays.stream(gradient.toDoubles()))
        .as("the gradient of the %s", view)
        .allMatch(Double::isFinite);
  }

  /** If this fails, a view is detached, or the backend differentiates an operation wrongly. */
  @Rule("H-08")
  @Test
  @EnabledIf("claimsGradients")
  public void everyViewGetsTheReferencesGradient() {
    HeadBatch batch = generated("gradients", 4, 2, 3);
    Map<String, HostTensor> exact = differentiated(reference(), batch).inputGradients();
    Map<String, HostTensor> actual = differentiated(backend(), batch).inputGradients();
    assertThat(actual.keySet()).isEqualTo(batch.views().keySet());
    actual.forEach(
        (view, gradient) -> {
          assertFinite(view, gradient);
          assertClose(
              "the gradient of the " + view,
              gradient,
              named(exact, view),
              environment().tolerance().gradients());
        });
    for (String view : List.of("anchors", "positives", "hard")) {
      assertThat(Arrays.stream(named(actual, view).toDoubles()))
          .as("the gradient of the %s", view)
          .anyMatch(g -> g != 0);
    }
  }

  /** If this fails, the loss has a term that does not depend on negatives. */
  @Rule("H-09")
  @Test
  @EnabledIf("claimsGradients")
  public void aSingleRowWithoutNegativesTeachesNothing() {
    HeadBatch batch = generated("single", 1, 0, 0);
    Program.Results results = differentiated(backend(), batch);
    assertEqualLosses(
        "the loss of another single row",
        loss(head(), generated("another", 1, 0, 0)),
        named(results.outputs(), "loss").at(0));
    results
        .inputGradients()
        .forEach(
            (view, gradient) ->
                assertThat(gradient.toDoubles())
                    .as("the gradient of the %s of a single row", view)
                    .containsOnly(0));
  }

  /** If this fails, a term is a vector: take its mean. A duplicate name fails every test. */
  @Rule("H-10")
  @Test
  public void theLossIsMadeOfScalarsWithDistinctNames() {
    HeadBatch batch = generated("terms", 3, 1, 0);
    assertThat(DryTrace.of(HeadBatch.loss(head()), batch.signature()).outputs())
        .hasSizeGreaterThan(1)
        .allSatisfy((name, shape) -> assertThat(shape.rank()).as("axes of %s", name).isZero());
  }

  /**
   * If this fails, vectors of different columns are combined, which have different numbers of
   * elements unless the columns name one width.
   */
  @Rule("H-14")
  @Test
  public void theLossOfATrainingStepReadsTheColumnsThatAreDeclared() {
    Traceable loss =
        new TrainingModel(
                new BertEncoder(
                    new BertConfig(12, POOLED, 1, 2, 16, 24, 2, 1e-12, 0, 0, 0),
                    BertEncoder.Family.BERT),
                (pass, context) -> context.states().firstToken(),
                Projection.chain(List.of()),
                head(),
                3,
                List.of())
            .loss();
    assertThat(DryTrace.of(loss.computation(), loss.signature()).outputs())
        .containsKey(TrainingModel.LOSS);
  }

  /** If this fails, the MLP is omitted in training, though it is discarded only afterwards. */
  @Rule("H-11")
  @ParameterizedTest
  @ValueSource(strings = {"train-and-test", "train-only"})
  @EnabledIf("takesMlp")
  public void theMlpProjectsWhileTraining(String mode) {
    HostTensor weight = samples("weight").floats(-1, 1, POOLED, POOLED);
    HostTensor bias = samples("bias").floats(-1, 1, POOLED);
    backend().parameters().set(SimCseHead.MLP + ".weight", weight);
    backend().parameters().set(SimCseHead.MLP + ".bias", bias);
    HostTensor pooled = samples("pooled").floats(-1, 1, 3, POOLED);
    double[] expected = new double[3 * POOLED];
    for (int i = 0; i < expected.length; i++) {
      double sum = bias.at(i % POOLED);
      for (int j = 0; j < POOLED; j++) {
        sum += weight.at(i % POOLED * POOLED + j) * pooled.at(i / POOLED * POOLED + j);
      }
      expected[i] = Math.tanh(sum);
    }
    for (boolean training : new boolean[] {true, false}) {
      assertClose(
          "the projection with mlp=%s while %s".formatted(mode, training ? "training" : "testing"),
          project(head(MLP, mode), training, pooled),
          HostTensor.of(expected, 3, POOLED),
          environment().tolerance().values());
    }
  }

  /** If this fails, the head projects despite {@code mlp=none}. */
  @Rule("H-11")
  @Test
  @EnabledIf("takesMlp")
  public void withoutAnMlpPooledVectorsStayAsTheyAre() {
    HostTensor pooled = samples("pooled").floats(-1, 1, 3, POOLED);
    assertThat(project(head(MLP, "none"), true, pooled).toDoubles()).isEqualTo(pooled.toDoubles());
  }

  /** If this fails, the loss keeps vectors of another width, or none of the first step. */
  @Rule("H-13")
  @Test
  @EnabledIf("keepsVectors")
  public void whatAHeadKeepsItReadsInTheNextStep() {
    HeadBatch first = generated("first", 3, 1, 0);
    HostTensor kept =
        named(run(backend(), HeadBatch.kept(head()), first.signature(), first.views()), "kept");
    assertThat(kept.shape()).hasSize(2).endsWith(width());
    assertThat(kept.shape()[0]).as("kept rows").isPositive();
    HeadBatch next = generated("next", 4, 1, 2).withKept(kept);
    assertThat(loss(head(), next)).isFinite();
    HostTensor then =
        named(run(backend(), HeadBatch.kept(head()), next.signature(), next.views()), "kept");
    assertThat(then.shape()).endsWith(width());
    assertThat(then.shape()[0]).as("kept rows").isPositive();
  }

  /** If this fails, the provider ignores unknown options. */
  @Rule("H-12")
  @Test
  public void anOptionThatTheHeadDoesNotTakeIsRefusedByName() {
    assertThatThrownBy(() -> head("no-such-option", "1"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no-such-option");
    for (String option : lacks()) {
      assertThatThrownBy(() -> head(option, "1"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(option);
    }
  }
}
