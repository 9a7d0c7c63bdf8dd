package org.simcse.tests;

class TensorFlowResourceConformanceTest extends ResourceConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("tensorflow");
  }
}
