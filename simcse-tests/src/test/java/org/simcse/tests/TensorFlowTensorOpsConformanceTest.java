package org.simcse.tests;

class TensorFlowTensorOpsConformanceTest extends TensorOpsConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("tensorflow");
  }
}
