package org.simcse.tests;

import org.simcse.tests.golden.MaskedLanguageModelConformance;

/** {@code pytorch} trains with masked language modelling as the reference implementation does. */
class PyTorchMaskedLanguageModelConformanceTest extends MaskedLanguageModelConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("pytorch");
  }
}
