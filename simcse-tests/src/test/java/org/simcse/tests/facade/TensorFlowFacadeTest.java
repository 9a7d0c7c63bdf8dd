package org.simcse.tests.facade;

/** The facade on {@code tensorflow}. */
class TensorFlowFacadeTest extends FacadeContract {
  TensorFlowFacadeTest() {
    super("tensorflow");
  }
}
