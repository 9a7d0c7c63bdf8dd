package org.simcse.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.DistributedGather;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.ParameterStore;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.builtin.LocalGather;
import org.simcse.core.train.step.Auxiliary;
import org.simcse.core.train.step.GradientReduction;
import org.simcse.core.train.step.MaskedLanguageModel;
import org.simcse.core.train.step.StepConfig;
import org.simcse.core.train.step.TrainingBatch;
import org.simcse.core.train.step.TrainingModel;
import org.simcse.tests.Ranks;
import org.simcse.tests.Rule;
import org.simcse.tests.TestEnvironment;

/**
 * Ranks that train together over a gather compute what one process computes with all their rows,
 * for authors of gathers. Ranks are threads of one JVM or, if {@link #join} returns the rank of its
 * process alone, processes that all run these tests.
 *
 * @since 0.1.0
 */
public abstract class DistributedStepConformance {
  /** For subclasses. */
  protected DistributedStepConformance() {}

  /**
   * Creates the ranks of a new world, in order, or those of them that this process holds; the kit
   * closes them.
   */
  protected abstract List<DistributedGather> join(int worldSize);

  /** Returns the environment of each rank: by default the reference, in double precision. */
  protected TestEnvironment environment() {
    return TestEnvironment.reference();
  }

  private GoldenTolerance tolerance() {
    return GoldenTolerance.of(environment());
  }

  /**
   * Returns the time after which a hanging rank is a failure; longer than a gather's own timeout.
   */
  protected Duration limit() {
    return Duration.ofSeconds(60);
  }

  static List<String> gathers() {
    return GoldenCase.gathers();
  }

  /** A case with a custom head and custom terms. */
  private record Setting(
      GoldenCase golden, ContrastiveHead head, List<Auxiliary> terms, TrainingBatch batch) {
    static Setting of(GoldenCase golden) {
      return new Setting(golden, golden.head(), List.of(), TrainingBatch.of(golden.sequences()));
    }

    static Setting probed(GoldenCase golden, ContrastiveHead head) {
      TrainingBatch batch =
          StepSamples.probed(golden.sequences())
              .withColumns(StepSamples.columns(golden.sequences().size() / golden.views()));
      return new Setting(golden, head, List.of(StepSamples.PROBE), batch);
    }

    static Setting masked(GoldenCase golden) {
      MaskedLanguageModel mlm =
          MaskedLanguageModel.of(GoldenModel.encoder(golden.model(), Map.of()), false);
      double weight = golden.options().get("mlm_weight").asDouble();
      return new Setting(
          golden,
          golden.head(),
          List.of(new Auxiliary("mlm", weight, mlm)),
          new TrainingBatch(golden.sequences(), Map.of("mlm", golden.masked())));
    }

    TrainingModel model(ParameterStore parameters) {
      return golden.training(GoldenModel.load(golden.model(), 3, parameters), head, terms);
    }

    TrainingBatch rows(int from, int to) {
      return StepSamples.rows(batch, golden.views(), from, to);
    }
  }

  private GoldenStep step(
      Setting setting, DistributedGather gather, StepConfig form, int from, int to) {
    try (Backend backend = environment().start()) {
      TrainingBatch own = setting.rows(from, to);
      return GoldenStep.of(backend, setting.model(backend.parameters()), gather, form, own, 1);
    }
  }

  private GoldenStep alone(Setting setting, int from, int to) {
    try (LocalGather gather = new LocalGather()) {
      return step(setting, gather, GoldenStep.FUSED, from, to);
    }
  }

  /**
   * Runs ranks.
   *
   * @param ends where each rank's rows end, in order
   */
  private List<GoldenStep> together(Setting setting, StepConfig form, int... ends)
      throws Exception {
    return Ranks.everywhere(
        join(ends.length),
        limit(),
        gather -> {
          int rank = gather.rank();
          return step(setting, gather, form, rank == 0 ? 0 : ends[rank - 1], ends[rank]);
        });
  }

  private static StepConfig form(int microBatch, GradientReduction reduction) {
    return new StepConfig(microBatch, reduction, false);
  }

  /** What the gradients of the setting's first rows are sums of, without signs. */
  private Map<String, HostTensor> summands(Setting setting, int rows) {
    return GoldenStep.summands(
        environment(), setting::model, GoldenStep.FUSED, setting.rows(0, rows), 1);
  }

  /** Fails unless a step has these terms and gradients. */
  private void assertStep(
      String what,
      GoldenCase golden,
      Map<String, HostTensor> summands,
      GoldenStep expected,
      GoldenStep actual) {
    GoldenChecks.assertTerms(what, expected.terms(), actual.terms(), golden, tolerance());
    GoldenChecks.assertGradients(
        what, expected.gradients(), actual.gradients(), summands, tolerance().gradient(golden));
  }

  /**
   * Both reductions against what two processes of the original computed. If this fails, check whose
   * slice of the loss's gradient a rank pulls.
   */
  @Rule("D-11")
  @ParameterizedTest
  @MethodSource("gathers")
  public void twoRanksComputeWhatTwoProcessesOfTheOriginalDid(String name) throws Exception {
    GoldenCase golden = GoldenCase.load(name);
    Setting setting = Setting.of(golden);
    Map<String, HostTensor> sum = GoldenChecks.gradients(golden, "sum/grad/");
    Map<String, HostTensor> summands = summands(setting, 8);
    for (GradientReduction reduction : GradientReduction.values()) {
      List<GoldenStep> ranks = together(setting, form(StepConfig.WHOLE, reduction), 4, 8);
      double loss = golden.output("rank0/loss").at(0);
      assertThat(golden.output("rank1/loss").at(0)).isEqualTo(loss); // across all rows
      GoldenStep expected =
          new GoldenStep(Map.of("loss", loss, "contrastive", loss), reduced(reduction, sum));
      for (GoldenStep rank : ranks) {
        assertStep(name + " " + reduction, golden, reduced(reduction, summands), expected, rank);
      }
    }
  }

  /** Returns the reduction of two ranks' sum. */
  private static Map<String, HostTensor> reduced(
      GradientReduction reduction, Map<String, HostTensor> sum) {
    return reduction == GradientReduction.SUM ? sum : halved(sum);
  }

  private static Map<String, HostTensor> halved(Map<String, HostTensor> gradients) {
    Map<String, HostTensor> half = new LinkedHashMap<>();
    gradients.forEach(
        (name, gradient) ->
            half.put(
                name,
                HostTensor.of(
                    Arrays.stream(gradient.toDoubles()).map(x -> x / 2).toArray(),
                    gradient.shape())));
    return half;
  }

  /**
   * Of 2 and 4 ranks, in micro-batches. If only the gradient of the loss's own parameter is off, it
   * is counted once per rank.
   */
  @Rule("D-12")
  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  public void theSumOfTheRanksStepsIsTheStepOfOneProcess(int size) throws Exception {
    Setting setting = probed("bert-gather2-triplets");
    GoldenStep whole = alone(setting, 0, 8);
    assertThat(whole.gradients()).containsKeys(StepSamples.SCALE, "probe.weight");
    int[] ends = size == 2 ? new int[] {4, 8} : new int[] {2, 4, 6, 8};
    assertTogether(setting, whole, ends);
  }

  /**
   * If this fails, padding of the gather is treated as rows, or a rank without rows does not
   * participate.
   */
  @Rule("D-13")
  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  public void ranksMayBringDifferentNumbersOfRows(int size) throws Exception {
    Setting setting = probed("roberta-gather2-pairs");
    int[] ends = size == 2 ? new int[] {5, 7} : new int[] {3, 3, 4, 4};
    assertTogether(setting, alone(setting, 0, ends[size - 1]), ends);
  }

  private static Setting probed(String name) {
    GoldenCase golden = GoldenCase.load(name);
    return Setting.probed(
        golden, new StepSamples.WithColumns(new StepSamples.LearnedScale(golden.head())));
  }

  private void assertTogether(Setting setting, GoldenStep whole, int... ends) throws Exception {
    List<GoldenStep> ranks = together(setting, form(2, GradientReduction.SUM), ends);
    Map<String, HostTensor> summands = summands(setting, ends[ends.length - 1]);
    for (GoldenStep rank : ranks) {
      assertStep(ends.length + " ranks", setting.golden(), summands, whole, rank);
    }
  }

  /**
   * A queue and averaged parameters over several steps, one rank without rows. If this fails, ranks
   * keep their own rows only, or not in the order of ranks.
   */
  @Rule("D-15")
  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  public void everyRankKeepsWhatOneProcessKeeps(int size) throws Exception {
    int[] ends = size == 2 ? new int[] {2, 3} : new int[] {1, 2, 2, 3};
    List<List<Double>> ranks =
        Ranks.everywhere(
            join(size),
            limit(),
            gather -> {
              int rank = gather.rank();
              List<Double> losses = new ArrayList<>();
              try (Backend backend = environment().start()) {
                MemorySteps steps =
                    new MemorySteps(backend, gather, form(2, GradientReduction.SUM));
                for (int step = 0; step < MemorySteps.LOSSES.size(); step++) {
                  losses.add(steps.next(rank == 0 ? 0 : ends[rank - 1], ends[rank]));
                }
              }
              return losses;
            });
    for (List<Double> losses : ranks) {
      for (int step = 0; step < losses.size(); step++) {
        double expected = MemorySteps.LOSSES.get(step);
        assertThat(losses.get(step))
            .as("the loss of step %d", step)
            .isCloseTo(expected, within(CurveConformance.tolerance(environment()) * expected));
      }
    }
  }

  /**
   * With masked language modelling, in micro-batches: {@code SUM} against one process of the
   * original, {@code MEAN}, which averages each rank separately, against two. If this fails, check
   * what a masked token weighs.
   */
  @Rule("D-14")
  @ParameterizedTest
  @ValueSource(strings = {"bert-gather2-pairs-mlm", "roberta-gather2-pairs-mlm"})
  public void auxiliaryTermsAreAveragedAsTheReductionSays(String name) throws Exception {
    GoldenCase golden = GoldenCase.load(name);
    Setting setting = Setting.masked(golden);
    Map<String, Double> single = new LinkedHashMap<>();
    Map<String, Double> mean = new LinkedHashMap<>();
    Map.of("loss", "loss", "contrastive", "contrastive_loss", "mlm", "mlm_loss")
        .forEach(
            (term, output) -> {
              single.put(term, golden.output("single/" + output).at(0));
              double both =
                  golden.output("rank0/" + output).at(0) + golden.output("rank1/" + output).at(0);
              mean.put(term, both / 2);
            });
    assertThat(single.get("mlm")).as("told apart").isNotCloseTo(mean.get("mlm"), within(1e-3));
    Map<String, HostTensor> summands = summands(setting, 8);
    GoldenStep one = new GoldenStep(single, GoldenChecks.gradients(golden, "single/grad/"));
    for (GoldenStep rank : together(setting, form(3, GradientReduction.SUM), 4, 8)) {
      assertStep(name, golden, summands, one, rank);
    }
    GoldenStep two = new GoldenStep(mean, halved(GoldenChecks.gradients(golden, "sum/grad/")));
    for (GoldenStep rank : together(setting, form(3, GradientReduction.MEAN), 4, 8)) {
      assertStep(name, golden, halved(summands), two, rank);
    }
  }
}
