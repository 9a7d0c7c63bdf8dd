package org.simcse.tests;

import org.simcse.tests.golden.HalfPrecisionConformance;

/** {@code pytorch} computes large products in {@code BFLOAT16}. */
class PyTorchHalfPrecisionConformanceTest extends HalfPrecisionConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("pytorch");
  }
}
