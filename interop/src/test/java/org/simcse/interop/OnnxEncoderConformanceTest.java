package org.simcse.interop;

import org.simcse.tests.TestEnvironment;
import org.simcse.tests.golden.EncoderConformance;

class OnnxEncoderConformanceTest extends EncoderConformance {
  @Override
  protected TestEnvironment environment() {
    return OnnxTensorOpsConformanceTest.onnxRuntime();
  }
}
