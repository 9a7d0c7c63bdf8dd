package org.simcse.tests;

class TensorFlowGradientConformanceTest extends GradientConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("tensorflow");
  }
}
