package org.simcse.tests;

class PyTorchProgramConformanceTest extends ProgramConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("pytorch");
  }
}
