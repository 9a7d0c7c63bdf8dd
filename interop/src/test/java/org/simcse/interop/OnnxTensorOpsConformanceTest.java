package org.simcse.interop;

import org.simcse.api.engine.Capability;
import org.simcse.tests.TensorOpsConformance;
import org.simcse.tests.TestEnvironment;
import org.simcse.tests.Untested;

@Untested(rules = "O-07", why = "An exported program draws no random numbers.")
@Untested(rules = "O-11", why = "ONNX counts negative indices from the end.")
class OnnxTensorOpsConformanceTest extends TensorOpsConformance {
  @Override
  protected TestEnvironment environment() {
    return onnxRuntime();
  }

  static TestEnvironment onnxRuntime() {
    return TestEnvironment.of(new OnnxRuntimeProvider())
        .lacking(Capability.GRADIENTS, Capability.TAPES, Capability.DROPOUT, Capability.BFLOAT16);
  }
}
