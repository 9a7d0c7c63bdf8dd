package org.simcse.tests.facade;

class PyTorchModelDirectoriesTest extends ModelDirectoriesContract {
  PyTorchModelDirectoriesTest() {
    super("pytorch");
  }
}
