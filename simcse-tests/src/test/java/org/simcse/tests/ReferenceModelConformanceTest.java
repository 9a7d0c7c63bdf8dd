package org.simcse.tests;

import org.simcse.tests.golden.GoldenTolerance;
import org.simcse.tests.golden.ModelConformance;

/** {@code reference} trains as the reference implementation does, in double precision. */
class ReferenceModelConformanceTest extends ModelConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.selected();
  }

  @Override
  protected GoldenTolerance tolerance() {
    return GoldenTolerance.DOUBLE;
  }
}
