package org.simcse.tests;

import org.simcse.tests.golden.EncoderConformance;

/** {@code tensorflow} computes what the reference implementation computed. */
class TensorFlowEncoderConformanceTest extends EncoderConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("tensorflow");
  }
}
