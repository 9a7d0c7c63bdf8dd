package org.simcse.tests;

/** The trainer on {@code pytorch}. */
class PyTorchTrainerConformanceTest extends TrainerConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("pytorch");
  }
}
