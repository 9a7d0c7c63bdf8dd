package org.simcse.tests.facade;

/** STS on {@code tensorflow}. */
class TensorFlowStsTest extends StsContract {
  TensorFlowStsTest() {
    super("tensorflow");
  }
}
