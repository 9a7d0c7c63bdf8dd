package org.simcse.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.engine.Backend;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.builtin.LocalGather;
import org.simcse.core.train.step.GradientReduction;
import org.simcse.core.train.step.StepConfig;
import org.simcse.tests.Rule;
import org.simcse.tests.TestEnvironment;

/**
 * A backend trains a head that keeps vectors and reads those of averaged parameters. Extend it and
 * name the backend; it needs nothing else.
 *
 * @since 0.1.0
 */
public abstract class MemoryConformance {
  /** For subclasses. */
  protected MemoryConformance() {}

  /** Returns the backend under test. */
  protected abstract TestEnvironment environment();

  /**
   * In one program and in micro-batches. If the second loss is off, check what is kept; if only
   * later ones are, check how averages follow.
   */
  @Rule("M-09")
  @ParameterizedTest
  @ValueSource(ints = {3, 2, 1})
  public void theLossesAreThoseOfAQueueAndAMomentumEncoder(int microBatch) {
    try (Backend backend = environment().start();
        LocalGather gather = new LocalGather()) {
      MemorySteps steps = new MemorySteps(backend, gather, form(microBatch));
      for (int step = 0; step < MemorySteps.LOSSES.size(); step++) {
        assertLoss(step, steps.next(0, MemorySteps.ROWS));
      }
    }
  }

  /** If this fails, averages or kept vectors are left out of the state, or are frozen. */
  @Rule("M-10")
  @Test
  public void restoredStepsGoOnAsTheyWouldHave() {
    try (Backend first = environment().start();
        Backend second = environment().start();
        LocalGather gather = new LocalGather()) {
      MemorySteps before = new MemorySteps(first, gather, form(StepConfig.WHOLE));
      before.next(0, MemorySteps.ROWS);
      before.next(0, MemorySteps.ROWS);
      MemorySteps after = new MemorySteps(second, gather, form(StepConfig.WHOLE));
      after.restore(before);
      for (int step = 2; step < MemorySteps.LOSSES.size(); step++) {
        assertLoss(step, after.next(0, MemorySteps.ROWS));
      }
      Map<String, HostTensor> state = new HashMap<>(after.memory().state());
      assertThat(state.keySet()).contains("kept", "averaged.mlp.dense.bias");
      assertThat(state).hasSize(1 + averaged(state.keySet().stream().toList()));
    }
  }

  private static int averaged(List<String> names) {
    return (int) names.stream().filter(name -> name.startsWith("averaged.")).count();
  }

  private void assertLoss(int step, double loss) {
    double expected = MemorySteps.LOSSES.get(step);
    assertThat(loss)
        .as("the loss of step %d", step)
        .isCloseTo(expected, within(CurveConformance.tolerance(environment()) * expected));
  }

  private static StepConfig form(int microBatch) {
    return new StepConfig(microBatch, GradientReduction.SUM, false);
  }
}
