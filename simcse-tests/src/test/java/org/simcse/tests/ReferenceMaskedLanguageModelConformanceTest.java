package org.simcse.tests;

import org.simcse.tests.golden.GoldenTolerance;
import org.simcse.tests.golden.MaskedLanguageModelConformance;

/** {@code reference} trains with masked language modelling as the reference implementation does. */
class ReferenceMaskedLanguageModelConformanceTest extends MaskedLanguageModelConformance {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.selected();
  }

  @Override
  protected GoldenTolerance tolerance() {
    return GoldenTolerance.DOUBLE;
  }
}
