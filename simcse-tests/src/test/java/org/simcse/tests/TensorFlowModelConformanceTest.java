package org.simcse.tests;

import org.simcse.tests.golden.ModelConformance;

/** {@code tensorflow} trains as the reference implementation does. */
class TensorFlowModelConformanceTest extends ModelConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("tensorflow");
  }
}
