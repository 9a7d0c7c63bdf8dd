package org.simcse.tests;

import org.simcse.tests.golden.EncoderConformance;
import org.simcse.tests.golden.GoldenTolerance;

/** {@code reference} computes what the reference implementation computed, in double precision. */
class ReferenceEncoderConformanceTest extends EncoderConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.selected();
  }

  @Override
  protected GoldenTolerance tolerance() {
    return GoldenTolerance.DOUBLE;
  }
}
