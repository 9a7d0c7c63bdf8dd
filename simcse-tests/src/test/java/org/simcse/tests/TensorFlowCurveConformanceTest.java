package org.simcse.tests;

import org.simcse.tests.golden.CurveConformance;

/** {@code tensorflow} trains as the reference implementation does. */
class TensorFlowCurveConformanceTest extends CurveConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("tensorflow");
  }
}
