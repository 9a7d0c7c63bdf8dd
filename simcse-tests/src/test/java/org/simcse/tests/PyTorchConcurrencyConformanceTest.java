package org.simcse.tests;

class PyTorchConcurrencyConformanceTest extends ConcurrencyConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("pytorch");
  }
}
