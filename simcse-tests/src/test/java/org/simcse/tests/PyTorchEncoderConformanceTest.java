package org.simcse.tests;

import org.simcse.tests.golden.EncoderConformance;

/** {@code pytorch} computes what the reference implementation computed. */
class PyTorchEncoderConformanceTest extends EncoderConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("pytorch");
  }
}
