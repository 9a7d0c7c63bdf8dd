package org.simcse.tests.facade;

class TensorFlowModelDirectoriesTest extends ModelDirectoriesContract {
  TensorFlowModelDirectoriesTest() {
    super("tensorflow");
  }
}
