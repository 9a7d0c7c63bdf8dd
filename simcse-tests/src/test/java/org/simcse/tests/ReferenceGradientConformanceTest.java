package org.simcse.tests;

import org.simcse.api.engine.Capability;

class ReferenceGradientConformanceTest extends GradientConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("reference").lacking(Capability.BFLOAT16);
  }
}
