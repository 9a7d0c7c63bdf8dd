package org.simcse.plugins.losses;

import org.simcse.api.spi.HeadProvider;
import org.simcse.tests.ContrastiveHeadConformance;

class DistillHeadConformanceTest extends ContrastiveHeadConformance {
  @Override
  protected HeadProvider provider() {
    return new DistillHeadProvider();
  }
}
