package org.simcse.tests;

import org.simcse.tests.golden.GoldenTolerance;
import org.simcse.tests.golden.OptimizerConformance;

/** {@code reference} steps as the reference implementation's optimisers do. */
class ReferenceOptimizerConformanceTest extends OptimizerConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("reference");
  }

  @Override
  protected GoldenTolerance tolerance() {
    return GoldenTolerance.DOUBLE;
  }
}
