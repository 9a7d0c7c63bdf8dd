package org.simcse.tests;

import org.simcse.tests.golden.GoldenTolerance;
import org.simcse.tests.golden.PortableDropoutConformance;

/** {@code reference} drops out portably what the specification says. */
class ReferencePortableDropoutConformanceTest extends PortableDropoutConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.selected();
  }

  @Override
  protected GoldenTolerance tolerance() {
    return GoldenTolerance.DOUBLE;
  }
}
