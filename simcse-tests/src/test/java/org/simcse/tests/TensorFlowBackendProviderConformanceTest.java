package org.simcse.tests;

class TensorFlowBackendProviderConformanceTest extends BackendProviderConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("tensorflow");
  }
}
