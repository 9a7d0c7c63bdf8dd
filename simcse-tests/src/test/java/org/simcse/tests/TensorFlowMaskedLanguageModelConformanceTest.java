package org.simcse.tests;

import org.simcse.tests.golden.MaskedLanguageModelConformance;

/**
 * {@code tensorflow} trains with masked language modelling as the reference implementation does.
 */
class TensorFlowMaskedLanguageModelConformanceTest extends MaskedLanguageModelConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("tensorflow");
  }
}
