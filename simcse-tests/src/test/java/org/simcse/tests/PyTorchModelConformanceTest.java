package org.simcse.tests;

import org.simcse.tests.golden.ModelConformance;

/** {@code pytorch} trains as the reference implementation does. */
class PyTorchModelConformanceTest extends ModelConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("pytorch");
  }
}
