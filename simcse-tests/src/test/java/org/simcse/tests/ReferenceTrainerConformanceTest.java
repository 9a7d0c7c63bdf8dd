package org.simcse.tests;

/** The trainer on {@code reference}. */
class ReferenceTrainerConformanceTest extends TrainerConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("reference");
  }
}
