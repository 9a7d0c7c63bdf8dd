package org.simcse.tests;

import org.simcse.api.spi.HeadProvider;
import org.simcse.core.builtin.SimCseHeadProvider;

class ReferenceSimCseHeadConformanceTest extends ContrastiveHeadConformance {
  @Override
  protected HeadProvider provider() {
    return new SimCseHeadProvider();
  }

  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("reference");
  }
}
