package org.simcse.tests;

class PyTorchGradientConformanceTest extends GradientConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("pytorch");
  }
}
