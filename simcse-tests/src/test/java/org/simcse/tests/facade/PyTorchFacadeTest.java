package org.simcse.tests.facade;

/** The facade on {@code pytorch}. */
class PyTorchFacadeTest extends FacadeContract {
  PyTorchFacadeTest() {
    super("pytorch");
  }
}
