package org.simcse.tests;

import org.simcse.tests.golden.PortableDropoutConformance;

/** {@code pytorch} drops out portably what the specification says. */
class PyTorchPortableDropoutConformanceTest extends PortableDropoutConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("pytorch");
  }
}
