package org.simcse.tests;

import org.simcse.tests.golden.CurveConformance;

/** {@code reference} trains as the reference implementation does. */
class ReferenceCurveConformanceTest extends CurveConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("reference");
  }

  @Override
  protected double tolerance() {
    return 1e-9;
  }

  @Override
  protected double partTolerance() {
    return 0;
  }
}
