package org.simcse.tests;

import org.simcse.tests.golden.HalfPrecisionConformance;

/** {@code reference} computes large products in {@code BFLOAT16}, or says that it does not. */
class ReferenceHalfPrecisionConformanceTest extends HalfPrecisionConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.selected();
  }
}
