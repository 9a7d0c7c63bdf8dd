package org.simcse.tests;

class PyTorchResourceConformanceTest extends ResourceConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("pytorch");
  }
}
