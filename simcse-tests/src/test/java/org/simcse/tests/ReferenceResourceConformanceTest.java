package org.simcse.tests;

import org.simcse.api.engine.Capability;

class ReferenceResourceConformanceTest extends ResourceConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("reference").lacking(Capability.BFLOAT16);
  }
}
