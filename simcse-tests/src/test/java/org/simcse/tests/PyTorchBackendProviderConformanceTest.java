package org.simcse.tests;

class PyTorchBackendProviderConformanceTest extends BackendProviderConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("pytorch");
  }
}
