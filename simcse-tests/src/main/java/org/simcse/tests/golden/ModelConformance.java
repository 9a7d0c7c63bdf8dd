package org.simcse.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.LossTerms;
import org.simcse.api.TokenSequence;
import org.simcse.api.Views;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.ParameterStore;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Tensor;
import org.simcse.core.builtin.SimCseHead;
import org.simcse.core.model.PaddedBatch;
import org.simcse.core.train.step.GradientReduction;
import org.simcse.core.train.step.StepConfig;
import org.simcse.core.train.step.TrainingBatch;
import org.simcse.core.train.step.TrainingModel;
import org.simcse.tests.Rule;
import org.simcse.tests.TestEnvironment;

/**
 * A backend trains as the reference implementation does: losses and gradients of two tiny models,
 * in one program and in micro-batches. Extend it and name the backend; it needs nothing else.
 *
 * @since 0.1.0
 */
public abstract class ModelConformance {
  /** For subclasses. */
  protected ModelConformance() {}

  /** Returns the backend under test. */
  protected abstract TestEnvironment environment();

  private GoldenTolerance tolerance() {
    return GoldenTolerance.of(environment());
  }

  static List<String> losses() {
    return GoldenCase.losses();
  }

  private static GoldenStep step(
      Backend backend, TrainingModel model, StepConfig form, TrainingBatch batch) {
    return GoldenStep.of(backend, model, form, batch, 1);
  }

  /** Returns the sums of magnitudes that a step's gradients are compared with. */
  private Map<String, HostTensor> summands(
      Function<ParameterStore, TrainingModel> model, TrainingBatch batch) {
    return GoldenStep.summands(environment(), model, GoldenStep.FUSED, batch, 1);
  }

  /**
   * The loss, the logits and the gradient of every parameter used. If this fails alone, check the
   * gradients of the operations.
   */
  @Rule("M-01")
  @ParameterizedTest
  @MethodSource("losses")
  public void theLossAndEveryGradientEqualTheReference(String name) {
    GoldenCase golden = GoldenCase.load(name);
    Function<ParameterStore, TrainingModel> loaded =
        parameters ->
            golden.training(
                GoldenModel.load(golden.model(), 3, parameters), golden.head(), List.of());
    TrainingBatch batch = TrainingBatch.of(golden.sequences());
    try (Backend backend = environment().start()) {
      TrainingModel model = loaded.apply(backend.parameters());
      GoldenStep step = step(backend, model, GoldenStep.FUSED, batch);
      double loss = golden.output("loss").at(0);
      GoldenChecks.assertTerms(
          name, Map.of("loss", loss, "contrastive", loss), step.terms(), golden, tolerance());
      GoldenChecks.assertGradients(
          name,
          GoldenChecks.gradients(golden, "grad/"),
          step.gradients(),
          summands(loaded, batch),
          tolerance().gradient(golden));
      Computation logits =
          (pass, inputs) -> {
            Tensor rows = model.project(pass, inputs);
            Dim views = Dim.of(model.views());
            Tensor all = rows.reshape(Dim.symbol("N"), views, rows.dim(1));
            return Map.of("logits", golden.head().logits(pass, model.split(all)));
          };
      Program program = backend.compile(logits, model.rows().signature());
      GoldenChecks.assertClose(
          golden.output("logits"),
          Objects.requireNonNull(program.run(inputs(model, golden.sequences())).get("logits")),
          tolerance().logits(golden),
          name + " logits");
    }
  }

  /** Returns the inputs of {@link TrainingModel#rows}. */
  private static Map<String, HostTensor> inputs(
      TrainingModel model, List<TokenSequence> sequences) {
    Map<String, HostTensor> inputs =
        new HashMap<>(PaddedBatch.of(model.encoder(), sequences).packedInputs());
    long[] numbers = IntStream.range(0, sequences.size()).asLongStream().toArray();
    inputs.put("rows", HostTensor.of(numbers, sequences.size() / model.views(), model.views()));
    return inputs;
  }

  /**
   * A zero vector has similarity 0 to everything, and a finite gradient: that of division by eps.
   */
  @Rule("M-02")
  @Test
  public void aZeroVectorHasSimilarityZeroAndAFiniteGradient() {
    GoldenCase golden = GoldenCase.load("similarity-zero-row");
    Dim n = Dim.symbol("N");
    Dim width = Dim.of(8);
    SimCseHead head = new SimCseHead(false, golden.options().get("temp").asDouble(), 0);
    Signature signature =
        Signature.of(
                Signature.Input.floats("z1", n, width).withGradient(),
                Signature.Input.floats("z2", n, width).withGradient())
            .differentiating("loss");
    try (Backend backend = environment().start();
        GradientBuffer gradients = backend.gradientBuffer()) {
      Program program =
          backend.compile(
              (pass, inputs) -> {
                Tensor anchors = Objects.requireNonNull(inputs.get("z1"));
                Tensor none = anchors.slice(0, Dim.of(0), Dim.of(0));
                Views views =
                    Views.of(
                        anchors,
                        Objects.requireNonNull(inputs.get("z2")),
                        anchors.unsqueeze(1).slice(1, Dim.of(0), Dim.of(0)),
                        none);
                return Map.of(
                    "loss", head.loss(pass, views).total(), "logits", head.logits(pass, views));
              },
              signature);
      Program.Results results = program.valueAndGradients(golden.inputs(), 0, gradients);
      GoldenChecks.assertClose(
          golden.output("logits"),
          Objects.requireNonNull(results.outputs().get("logits")),
          tolerance().logits(golden),
          "logits");
      for (String input : List.of("z1", "z2")) {
        // Softmax makes the absolute error of the logits a relative one of its derivative.
        GoldenChecks.assertRowsClose(
            golden.output("grad/" + input),
            Objects.requireNonNull(results.inputGradients().get(input)),
            tolerance().logits(golden),
            "the gradient of " + input);
      }
    }
  }

  /** If this fails, rows and columns are split or concatenated in different orders. */
  @Rule("M-08")
  @Test
  public void columnsStayWithTheirRowsInEveryForm() {
    GoldenCase golden = GoldenCase.load("bert-pairs-cls");
    int rows = golden.sequences().size() / 2;
    TrainingBatch batch =
        TrainingBatch.of(golden.sequences()).withColumns(StepSamples.columns(rows));
    try (Backend backend = environment().start()) {
      TrainingModel model =
          golden.training(
              GoldenModel.load(golden.model(), 3, backend.parameters()),
              new StepSamples.WithColumns(golden.head()),
              List.of());
      Map<String, Double> whole = step(backend, model, GoldenStep.FUSED, batch).terms();
      assertThat(whole).containsOnlyKeys("loss", "contrastive", "scored");
      for (int size : new int[] {1, 3}) {
        StepConfig form = new StepConfig(size, GradientReduction.SUM, false);
        Map<String, Double> parts = step(backend, model, form, batch).terms();
        whole.forEach(
            (term, value) ->
                assertThat(parts.get(term))
                    .as("micro-batches of %d: %s", size, term)
                    .isCloseTo(value, within(tolerance().loss(golden, term, value))));
      }
    }
  }

  /**
   * Micro-batches change the order of sums and nothing else, for rows of no, one and two hard
   * negatives, a loss with its own parameter, and a term with its own data. If this fails, check
   * which slice of the loss's gradient a micro-batch pulls.
   */
  @Rule("M-03")
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  public void microBatchesGiveTheLossAndTheGradientsOfTheWholeBatch(int views) {
    GoldenCase golden = GoldenCase.load("bert-triplets-cls-weight1.5");
    List<TokenSequence> texts = golden.sequences();
    TrainingBatch batch = StepSamples.probed(texts.subList(0, texts.size() / views * views));
    Function<ParameterStore, TrainingModel> loaded =
        parameters ->
            GoldenModel.load(golden.model(), 3, parameters)
                .training(
                    "cls",
                    new StepSamples.LearnedScale(golden.head()),
                    views,
                    List.of(StepSamples.PROBE));
    Map<String, HostTensor> summands = summands(loaded, batch);
    try (Backend backend = environment().start()) {
      TrainingModel model = loaded.apply(backend.parameters());
      GoldenStep whole = step(backend, model, GoldenStep.FUSED, batch);
      assertThat(whole.terms()).containsOnlyKeys("loss", "contrastive", "probe");
      assertThat(whole.gradients()).containsKeys(StepSamples.SCALE, "probe.weight");
      for (int size : new int[] {1, 2, 3, texts.size() / views}) {
        StepConfig form = new StepConfig(size, GradientReduction.SUM, false);
        GoldenStep parts = step(backend, model, form, batch);
        String what = "micro-batches of " + size;
        GoldenChecks.assertTerms(what, whole.terms(), parts.terms(), golden, tolerance());
        GoldenChecks.assertGradients(
            what, whole.gradients(), parts.gradients(), summands, tolerance().gradient(golden));
      }
    }
  }

  /**
   * The program that pulls gradients back runs the encoder a second time: it must drop the same
   * elements as the first pass. If this fails, dropout depends on more than the seed.
   */
  @Rule("M-04")
  @Test
  public void theSecondPassDropsWhatTheFirstDropped() {
    GoldenCase golden = GoldenCase.load("bert-pairs-cls");
    try (Backend backend = environment().start()) {
      Map<String, Object> dropout =
          Map.of("hidden_dropout_prob", 0.1, "attention_probs_dropout_prob", 0.1);
      GoldenModel files = GoldenModel.load(golden.model(), dropout, backend.parameters());
      TrainingModel model = golden.training(files, golden.head(), List.of());
      Map<String, HostTensor> inputs = inputs(model, golden.sequences());
      Program first = model.rows().on(backend);
      HostTensor rows = projected(first, inputs, 5);
      assertThat(projected(first, inputs, 6).toDoubles())
          .as("another seed")
          .isNotEqualTo(rows.toDoubles());
      double[] upstream = new double[rows.size()];
      Arrays.setAll(upstream, i -> Math.sin(i));
      inputs.put(TrainingModel.UPSTREAM, HostTensor.of(upstream, rows.shape()));
      double[] weighted =
          IntStream.range(0, upstream.length).mapToDouble(i -> upstream[i] * rows.at(i)).toArray();
      double size = Arrays.stream(weighted).map(Math::abs).sum();
      try (GradientBuffer gradients = backend.gradientBuffer()) {
        Map<String, HostTensor> outputs =
            model.pullback().on(backend).valueAndGradients(inputs, 5, gradients).outputs();
        assertThat(Objects.requireNonNull(outputs.get(TrainingModel.LOSS)).at(0))
            .as("the rows of the second pass, weighted")
            .isCloseTo(Arrays.stream(weighted).sum(), within(size * tolerance().value()));
      }
    }
  }

  private static HostTensor projected(Program rows, Map<String, HostTensor> inputs, long seed) {
    return Objects.requireNonNull(rows.run(inputs, seed).get(TrainingModel.PROJECTED));
  }

  private record Counting(SimCseHead head, AtomicInteger traces) implements ContrastiveHead {
    @Override
    public Tensor project(ForwardPass pass, Tensor pooled) {
      return head.project(pass, pooled);
    }

    @Override
    public LossTerms loss(ForwardPass pass, Views projected) {
      traces.incrementAndGet();
      return head.loss(pass, projected);
    }
  }

  /** If this fails, a size is a constant of the program where it should be a symbol. */
  @Rule("M-05")
  @Test
  public void oneTraceServesStepsOfEverySize() {
    GoldenCase golden = GoldenCase.load("bert-pairs-cls");
    TrainingBatch batch = StepSamples.probed(golden.sequences());
    AtomicInteger traces = new AtomicInteger();
    try (Backend backend = environment().start()) {
      GoldenModel files = GoldenModel.load(golden.model(), 3, backend.parameters());
      TrainingModel model =
          golden.training(files, new Counting(golden.head(), traces), List.of(StepSamples.PROBE));
      for (int rows : new int[] {6, 1, 3}) {
        step(backend, model, GoldenStep.FUSED, StepSamples.rows(batch, 2, 0, rows));
      }
      assertThat(traces).as("traces of three whole batches").hasValue(1);
      StepConfig form = new StepConfig(2, GradientReduction.SUM, false);
      for (int rows : new int[] {6, 5, 3}) {
        step(backend, model, form, StepSamples.rows(batch, 2, 0, rows));
      }
      assertThat(traces).as("traces of three batches in parts besides").hasValue(2);
    }
  }
}
