package org.simcse.tests;

class TensorFlowProgramConformanceTest extends ProgramConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("tensorflow");
  }
}
