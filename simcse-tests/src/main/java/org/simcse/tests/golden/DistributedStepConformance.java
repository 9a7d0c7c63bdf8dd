package org.simcse.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.DistributedGather;
import org.simcse.api.spi.Backend;
import org.simcse.api.spi.GradientBuffer;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.gather.LocalGather;
import org.simcse.core.objective.Auxiliary;
import org.simcse.core.objective.ContrastiveStep;
import org.simcse.core.objective.GradientReduction;
import org.simcse.core.objective.StepForm;
import org.simcse.core.objective.TrainingBatch;
import org.simcse.core.objective.TrainingModel;
import org.simcse.tests.Ranks;
import org.simcse.tests.Rule;
import org.simcse.tests.TestEnvironment;

/**
 * Ranks that train together over a gather compute what one process computes with all their rows,
 * for authors of gathers whose ranks can be threads of one JVM.
 */
public abstract class DistributedStepConformance {
  /** Of gradients in double precision: the order of sums differs between ranks and one process. */
  private static final double GRADIENT = 1e-9;

  private static final double FLOOR = 1e-14;
  private static final double LOSS = 1e-10;

  /** For subclasses. */
  protected DistributedStepConformance() {}

  /** The ranks of a new world, in order; the kit closes them. */
  protected abstract List<DistributedGather> join(int worldSize);

  /** Where each rank computes: the reference, in double precision, unless overridden. */
  protected TestEnvironment environment() {
    return TestEnvironment.of(TestEnvironment.REFERENCE);
  }

  /** The time after which a rank that hangs is a failure; more than a gather waits for a peer. */
  protected Duration limit() {
    return Duration.ofSeconds(60);
  }

  static List<String> gathers() {
    return GoldenCase.gathers();
  }

  /** What a step computes. */
  private record Step(Map<String, Double> terms, Map<String, HostTensor> gradients) {}

  /** A case with a head and terms of one's own. */
  private record Setting(GoldenCase golden, ContrastiveHead head, List<Auxiliary> terms) {
    TrainingBatch batch() {
      TrainingBatch probed = StepSamples.probed(golden.sequences());
      return terms.isEmpty() ? TrainingBatch.of(probed.sequences()) : probed;
    }

    Setting without() {
      return new Setting(golden, head, List.of());
    }
  }

  private Step step(Setting setting, DistributedGather gather, StepForm form, int from, int to) {
    try (Backend backend = environment().start();
        GradientBuffer gradients = backend.gradientBuffer()) {
      GoldenCase golden = setting.golden();
      TrainingModel model =
          golden.training(
              GoldenModel.load(golden.model(), 3, backend.parameters()),
              setting.head(),
              setting.terms());
      TrainingBatch own = StepSamples.rows(setting.batch(), golden.views(), from, to);
      Map<String, Double> terms =
          new ContrastiveStep(backend, model, gather, form).compute(own, 1, gradients);
      return new Step(terms, gradients.read());
    }
  }

  private Step alone(Setting setting, int from, int to) {
    try (LocalGather gather = new LocalGather()) {
      return step(setting, gather, form(StepForm.WHOLE, GradientReduction.SUM), from, to);
    }
  }

  /**
   * Runs ranks.
   *
   * @param ends where each rank's rows end, in order
   */
  private List<Step> together(Setting setting, StepForm form, int... ends) throws Exception {
    return Ranks.everywhere(
        join(ends.length),
        limit(),
        gather -> {
          int rank = gather.rank();
          return step(setting, gather, form, rank == 0 ? 0 : ends[rank - 1], ends[rank]);
        });
  }

  private static StepForm form(int microBatch, GradientReduction reduction) {
    return new StepForm(microBatch, reduction, false);
  }

  private static void assertTerms(String what, Map<String, Double> expected, Step actual) {
    assertThat(actual.terms()).as(what).containsOnlyKeys(expected.keySet());
    expected.forEach(
        (term, value) ->
            assertThat(actual.terms().get(term))
                .as("%s: %s", what, term)
                .isCloseTo(value, within(LOSS * value)));
  }

  private static void assertGradients(String what, Map<String, HostTensor> expected, Step actual) {
    GoldenChecks.assertGradients(what, expected, actual.gradients(), GRADIENT, FLOOR);
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
    Setting setting = new Setting(golden, golden.head(), List.of());
    Map<String, HostTensor> sum = GoldenChecks.gradients(golden, "sum/grad/");
    Map<String, HostTensor> half = new LinkedHashMap<>();
    sum.forEach(
        (parameter, gradient) ->
            half.put(
                parameter,
                HostTensor.of(
                    Arrays.stream(gradient.toDoubles()).map(x -> x / 2).toArray(),
                    gradient.shape())));
    for (GradientReduction reduction : GradientReduction.values()) {
      List<Step> ranks = together(setting, form(StepForm.WHOLE, reduction), 4, 8);
      for (int rank = 0; rank < ranks.size(); rank++) {
        String what = name + " " + reduction + " rank " + rank;
        double loss = golden.output("rank" + rank + "/loss").at(0);
        assertTerms(what, Map.of("loss", loss, "contrastive", loss), ranks.get(rank));
        assertGradients(what, reduction == GradientReduction.SUM ? sum : half, ranks.get(rank));
      }
    }
  }

  /**
   * Of 2 and 4 ranks, in micro-batches. If only the gradient of the loss's own parameter is off, it
   * is counted once a rank.
   */
  @Rule("D-12")
  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  public void theSumOfTheRanksStepsIsTheStepOfOneProcess(int size) throws Exception {
    Setting setting = probed("bert-gather2-triplets");
    Step whole = alone(setting, 0, 8);
    assertThat(whole.gradients()).containsKeys(StepSamples.SCALE, "probe.weight");
    int[] ends = size == 2 ? new int[] {4, 8} : new int[] {2, 4, 6, 8};
    assertTogether(setting, whole, ends);
  }

  /** If this fails, padding of the gather is taken for rows, or a rank without rows stays away. */
  @Rule("D-13")
  @Test
  public void ranksMayBringDifferentNumbersOfRows() throws Exception {
    Setting setting = probed("roberta-gather2-pairs");
    assertTogether(setting, alone(setting, 0, 7), 5, 7);
    assertTogether(setting, alone(setting, 0, 4), 3, 3, 4, 4);
  }

  private static Setting probed(String name) {
    GoldenCase golden = GoldenCase.load(name);
    return new Setting(
        golden, new StepSamples.LearnedScale(golden.head()), List.of(StepSamples.PROBE));
  }

  private void assertTogether(Setting setting, Step whole, int... ends) throws Exception {
    List<Step> ranks = together(setting, form(2, GradientReduction.SUM), ends);
    for (int rank = 0; rank < ends.length; rank++) {
      String what = "rank " + rank + " of " + ends.length;
      assertTerms(what, whole.terms(), ranks.get(rank));
      assertGradients(what, whole.gradients(), ranks.get(rank));
    }
  }

  /**
   * Under {@code MEAN} each rank's auxiliary term is the mean over its own targets, as the original
   * has it, and so is not the mean over all.
   */
  @Rule("D-14")
  @Test
  public void underMeanAnAuxiliaryTermIsTheMeanOfTheRanksMeans() throws Exception {
    GoldenCase golden = GoldenCase.load("bert-gather2-pairs");
    Setting setting = new Setting(golden, golden.head(), List.of(StepSamples.PROBE));
    Map<String, double[]> sum = new LinkedHashMap<>();
    double probe = 0;
    List<Step> plus = new ArrayList<>(List.of(alone(setting.without(), 0, 8)));
    List<Step> minus = new ArrayList<>();
    for (int from : new int[] {0, 5}) {
      Step rank = alone(setting, from, from == 0 ? 5 : 8);
      probe += Objects.requireNonNull(rank.terms().get("probe")) / 2;
      plus.add(rank);
      minus.add(alone(setting.without(), from, from == 0 ? 5 : 8));
    }
    plus.forEach(step -> addHalf(sum, step, 1)); // the gradient across ranks, and each rank's …
    minus.forEach(step -> addHalf(sum, step, -1)); // … of the term alone
    for (Step rank : together(setting, form(2, GradientReduction.MEAN), 5, 8)) {
      assertThat(rank.terms().get("probe")).isCloseTo(probe, within(LOSS));
      Map<String, HostTensor> expected = new LinkedHashMap<>();
      sum.forEach(
          (name, numbers) ->
              expected.put(
                  name,
                  HostTensor.of(
                      numbers, Objects.requireNonNull(rank.gradients().get(name)).shape())));
      assertGradients("the mean of two ranks", expected, rank);
    }
  }

  private static void addHalf(Map<String, double[]> sum, Step step, int sign) {
    step.gradients()
        .forEach(
            (name, gradient) -> {
              double[] numbers = sum.computeIfAbsent(name, key -> new double[gradient.size()]);
              Arrays.setAll(numbers, i -> numbers[i] + sign * gradient.at(i) / 2);
            });
  }
}
