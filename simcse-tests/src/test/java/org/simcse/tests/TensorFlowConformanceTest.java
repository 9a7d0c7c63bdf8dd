package org.simcse.tests;

class TensorFlowConformanceTest extends BackendSuite {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("tensorflow");
  }
}
