package org.simcse.tests;

import org.simcse.api.engine.Capability;

class TensorFlowConformanceTest extends BackendSuite {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("tensorflow").lacking(Capability.TAPES);
  }
}
