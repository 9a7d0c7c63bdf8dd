package org.simcse.tests;

import org.simcse.tests.golden.OptimizerConformance;

/** {@code reference} steps as the reference implementation's optimisers do. */
class ReferenceOptimizerConformanceTest extends OptimizerConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("reference");
  }

  @Override
  protected double tolerance() {
    return 1e-12;
  }
}
