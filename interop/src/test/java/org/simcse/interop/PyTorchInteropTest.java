package org.simcse.interop;

class PyTorchInteropTest extends InteropContract {
  PyTorchInteropTest() {
    super("pytorch");
  }
}
