package org.simcse.tests.facade;

/** STS on {@code pytorch}. */
class PyTorchStsTest extends StsContract {
  PyTorchStsTest() {
    super("pytorch");
  }
}
