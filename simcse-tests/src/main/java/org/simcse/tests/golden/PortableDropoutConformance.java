package org.simcse.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.TokenSequence;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.ParameterStore;
import org.simcse.api.engine.Signature;
import org.simcse.api.error.ShapeException;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.DropoutMode;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.PortableRandom;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;
import org.simcse.core.model.PaddedBatch;
import org.simcse.core.train.step.GradientReduction;
import org.simcse.core.train.step.StepConfig;
import org.simcse.core.train.step.TrainingBatch;
import org.simcse.core.train.step.TrainingModel;
import org.simcse.tests.Rule;
import org.simcse.tests.TestEnvironment;

/**
 * The rules K of the specification: portable dropout drops the same elements on every backend, in
 * any batch and with any padding. Extend it and name the backend; it needs nothing else.
 *
 * @since 0.1.0
 */
public abstract class PortableDropoutConformance {
  private static final long SEED = 0x123456789ABCDEFL;
  private static final Dim B = Dim.symbol("B");
  private static final Dim T = Dim.symbol("T");
  private static final Dim HEADS = Dim.of(2);
  private static final Dim SIZE = Dim.of(3);
  private static final Map<String, Object> DROPPING =
      Map.of("hidden_dropout_prob", 0.1, "attention_probs_dropout_prob", 0.1);

  /** For subclasses. */
  protected PortableDropoutConformance() {}

  /** Returns the backend under test. */
  protected abstract TestEnvironment environment();

  private GoldenTolerance tolerance() {
    return GoldenTolerance.of(environment());
  }

  private Backend start() {
    return environment().start(config -> config.withDropout(DropoutMode.PORTABLE));
  }

  /**
   * Of the rates, single precision rounds 0.6 to a number that is a possible draw. If this fails,
   * check how the draw is compared with the rate; {@code uniform} has its own rule.
   */
  @Rule("K-01")
  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.6})
  public void whatIsDroppedIsWhatThePortableGeneratorSays(double rate) {
    Computation twice =
        (pass, inputs) -> {
          Tensor x = named(inputs, "x"); // [B, T, 3]
          ForwardPass own = pass.keyed(named(inputs, "rows")).in("layer.");
          return Map.of(
              "first", own.dropout(x, rate),
              "second", own.dropout(x, rate),
              "unkeyed", pass.dropout(x, rate));
        };
    Signature signature =
        Signature.of(Signature.Input.floats("x", B, T, SIZE), Signature.Input.ints("rows", B));
    long[] rows = {5, 0, 1L << 33};
    double[] ones = new double[3 * 40 * 3];
    Arrays.fill(ones, 1);
    Map<String, HostTensor> inputs =
        Map.of("x", HostTensor.of(ones, 3, 40, 3), "rows", HostTensor.of(rows, 3));
    try (Backend backend = start()) {
      Map<String, HostTensor> outputs =
          backend.compile(twice, signature.whileTraining()).run(inputs, SEED);
      assertDropped(rate, named(outputs, "first"), "layer.#1", rows);
      assertDropped(rate, named(outputs, "second"), "layer.#2", rows);
      assertDropped(rate, named(outputs, "unkeyed"), "#1", new long[] {0, 1, 2});
    }
  }

  /** If this fails while dropout itself is right, attention uses other draws. */
  @Rule("K-01")
  @Test
  public void attentionDropsProbabilitiesByTheirRowHeadQueryAndKey() {
    double rate = 0.3;
    Computation attention =
        (pass, inputs) -> {
          Tensor zeros = named(inputs, "values").mul(0); // equal probabilities
          return Map.of(
              "y",
              pass.keyed(named(inputs, "rows"))
                  .in("self.")
                  .attention(zeros, zeros, named(inputs, "values"), pass.constant(0), rate)
                  .mul(3));
        };
    Signature signature =
        Signature.of(
            Signature.Input.floats("values", B, HEADS, SIZE, SIZE),
            Signature.Input.ints("rows", B));
    double[] identities = new double[4 * 2 * 3 * 3];
    Arrays.setAll(identities, i -> i % 9 % 4 == 0 ? 1 : 0);
    long[] rows = {9, 2, 3, 70};
    Map<String, HostTensor> inputs =
        Map.of("values", HostTensor.of(identities, 4, 2, 3, 3), "rows", HostTensor.of(rows, 4));
    try (Backend backend = start()) {
      Map<String, HostTensor> outputs =
          backend.compile(attention, signature.whileTraining()).run(inputs, SEED);
      assertDropped(rate, named(outputs, "y"), "self.#1", rows);
    }
  }

  /** Fails unless ones were dropped out according to the generator. */
  private void assertDropped(double rate, HostTensor actual, String site, long[] rows) {
    int width = actual.size() / rows.length;
    int[] sizes = Arrays.stream(actual.shape()).skip(1).mapToInt(Math::toIntExact).toArray();
    for (int i = 0; i < actual.size(); i++) {
      long[] place = new long[sizes.length];
      int rest = i % width;
      for (int axis = sizes.length - 1; axis >= 0; axis--) {
        place[axis] = rest % sizes[axis];
        rest /= sizes[axis];
      }
      double draw = PortableRandom.uniform(SEED, site.hashCode(), rows[i / width], place);
      double kept = 1 / (1 - rate);
      assertThat(actual.at(i))
          .as(
              "row %d at %s of %s, drawn as %s",
              rows[i / width], Arrays.toString(place), site, draw)
          .isCloseTo(draw < rate ? 0 : kept, within(draw < rate ? 0 : kept * tolerance().value()));
    }
  }

  /** The texts of a golden batch with dropout in the model. */
  private record Model(TrainingModel training, List<TokenSequence> texts) {
    static final GoldenCase GOLDEN = GoldenCase.load("bert-pairs-cls");

    static Model load(ParameterStore parameters) {
      GoldenModel files = GoldenModel.load(GOLDEN.model(), DROPPING, parameters);
      return new Model(
          GOLDEN.training(files, GOLDEN.head(), List.of(StepSamples.PROBE)), GOLDEN.sequences());
    }

    /** Returns the projected rows of some texts, with keys from {@code from}. */
    List<double[]> rows(Backend backend, int from, int to, long seed) {
      PaddedBatch batch = PaddedBatch.of(training.encoder(), texts.subList(from, to));
      Map<String, HostTensor> inputs = new HashMap<>(batch.packedInputs());
      long[] numbers = IntStream.range(from, to).asLongStream().toArray();
      int views = training.views();
      inputs.put("rows", HostTensor.of(numbers, numbers.length / views, views));
      HostTensor projected =
          named(training.rows().on(backend).run(inputs, seed), TrainingModel.PROJECTED);
      int width = projected.size() / numbers.length;
      double[] all = projected.toDoubles();
      return IntStream.range(0, numbers.length)
          .mapToObj(i -> Arrays.copyOfRange(all, i * width, (i + 1) * width))
          .toList();
    }
  }

  /**
   * Rows of a part also have less padding. If this fails, a draw depends on a flat index, on the
   * length, or on the index in the batch.
   */
  @Rule("K-02")
  @Test
  public void aRowIsTheSameInEveryBatch() {
    try (Backend backend = start()) {
      Model model = Model.load(backend.parameters());
      int count = model.texts.size();
      assertThat(model.texts.stream().mapToInt(TokenSequence::length).distinct().count())
          .as("lengths that differ")
          .isGreaterThan(2);
      List<double[]> whole = model.rows(backend, 0, count, SEED);
      assertThat(model.rows(backend, 0, count, SEED + 1).get(0))
          .as("a row of another seed")
          .isNotEqualTo(whole.get(0));
      for (int from = 0; from < count; from += 2) {
        List<double[]> part = model.rows(backend, from, from + 2, SEED);
        for (int i = 0; i < part.size(); i++) {
          assertThat(part.get(i))
              .as("row %d", from + i)
              .containsExactly(whole.get(from + i), within(tolerance().value()));
        }
      }
    }
  }

  private static StepConfig form(int microBatch) {
    return new StepConfig(microBatch, GradientReduction.SUM, true);
  }

  private static GoldenStep step(Backend backend, int microBatch) {
    Model model = Model.load(backend.parameters());
    TrainingBatch batch = StepSamples.probed(model.texts);
    return GoldenStep.of(backend, model.training, form(microBatch), batch, SEED);
  }

  private void assertSame(String what, GoldenStep expected, GoldenStep actual) {
    GoldenChecks.assertTerms(what, expected.terms(), actual.terms(), Model.GOLDEN, tolerance());
    GoldenChecks.assertGradients(
        what,
        expected.gradients(),
        actual.gradients(),
        GoldenStep.summands(
            environment(),
            parameters -> Model.load(parameters).training,
            form(StepConfig.WHOLE),
            StepSamples.probed(Model.GOLDEN.sequences()),
            SEED),
        tolerance().gradient(Model.GOLDEN));
  }

  /** If this fails and K-02 does not, micro-batches number their rows from 0. */
  @Rule("K-03")
  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  public void microBatchesDropWhatTheWholeBatchDrops(int size) {
    try (Backend backend = start()) {
      assertSame("micro-batches of " + size, step(backend, StepConfig.WHOLE), step(backend, size));
    }
  }

  /** If this fails and K-01 does not, check the gradient of dropout, then M-01. */
  @Rule("K-04")
  @Test
  public void lossAndGradientsEqualTheReferences() {
    try (Backend backend = start();
        Backend reference = environment().startReference()) {
      GoldenStep expected = step(reference, StepConfig.WHOLE);
      assertSame("a step with dropout", expected, step(backend, StepConfig.WHOLE));
    }
  }

  /** If this fails, a tensor whose rows have no keys is dropped out by its position alone. */
  @Rule("K-05")
  @Test
  public void numbersOfOtherRowsAreRefused() {
    Computation others =
        (pass, inputs) ->
            Map.of("y", pass.keyed(named(inputs, "rows")).dropout(named(inputs, "x"), 0.5));
    Signature signature =
        Signature.of(Signature.Input.floats("x", T, SIZE), Signature.Input.ints("rows", B));
    try (Backend backend = start()) {
      assertThatThrownBy(() -> backend.compile(others, signature.whileTraining()))
          .isInstanceOf(ShapeException.class)
          .hasMessageContainingAll("[B]", Shape.of(T, SIZE).toString());
    }
  }

  private static <T> T named(Map<String, T> values, String name) {
    return Objects.requireNonNull(values.get(name), name);
  }
}
