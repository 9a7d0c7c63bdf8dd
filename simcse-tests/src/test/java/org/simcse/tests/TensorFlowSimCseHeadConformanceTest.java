package org.simcse.tests;

import org.simcse.api.spi.HeadProvider;
import org.simcse.core.builtin.SimCseHeadProvider;

class TensorFlowSimCseHeadConformanceTest extends ContrastiveHeadConformance {
  @Override
  protected HeadProvider provider() {
    return new SimCseHeadProvider();
  }

  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("tensorflow");
  }
}
