package org.simcse.tests;

import org.simcse.tests.golden.PortableDropoutConformance;

/** {@code tensorflow} drops out portably what the specification says. */
class TensorFlowPortableDropoutConformanceTest extends PortableDropoutConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("tensorflow");
  }
}
