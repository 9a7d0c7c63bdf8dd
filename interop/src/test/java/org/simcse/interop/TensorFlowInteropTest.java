package org.simcse.interop;

class TensorFlowInteropTest extends InteropContract {
  TensorFlowInteropTest() {
    super("tensorflow");
  }
}
