package org.simcse.tests;

import org.simcse.tests.golden.CurveConformance;

/** {@code pytorch} trains as the reference implementation does. */
class PyTorchCurveConformanceTest extends CurveConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("pytorch");
  }
}
