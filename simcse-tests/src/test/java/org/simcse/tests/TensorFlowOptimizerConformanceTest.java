package org.simcse.tests;

import org.simcse.tests.golden.OptimizerConformance;

/** {@code tensorflow} steps as the reference implementation's optimisers do. */
class TensorFlowOptimizerConformanceTest extends OptimizerConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("tensorflow");
  }
}
