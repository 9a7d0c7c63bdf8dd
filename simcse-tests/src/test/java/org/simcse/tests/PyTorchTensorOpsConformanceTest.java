package org.simcse.tests;

class PyTorchTensorOpsConformanceTest extends TensorOpsConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("pytorch");
  }
}
