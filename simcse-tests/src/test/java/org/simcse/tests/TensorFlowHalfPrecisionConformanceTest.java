package org.simcse.tests;

import org.simcse.tests.golden.HalfPrecisionConformance;

/** {@code tensorflow} computes large products in {@code BFLOAT16}. */
class TensorFlowHalfPrecisionConformanceTest extends HalfPrecisionConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("tensorflow");
  }
}
