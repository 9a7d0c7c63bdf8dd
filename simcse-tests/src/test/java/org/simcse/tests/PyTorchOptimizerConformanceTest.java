package org.simcse.tests;

import org.simcse.tests.golden.OptimizerConformance;

/** {@code pytorch} steps as the reference implementation's optimisers do. */
class PyTorchOptimizerConformanceTest extends OptimizerConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("pytorch");
  }
}
