package org.simcse.tests;

class TensorFlowConcurrencyConformanceTest extends ConcurrencyConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("tensorflow");
  }
}
