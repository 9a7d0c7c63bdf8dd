package org.simcse.tests;

/** The trainer on {@code tensorflow}. */
class TensorFlowTrainerConformanceTest extends TrainerConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("tensorflow");
  }
}
