package org.simcse.plugins.esimcse;

import org.simcse.api.spi.HeadProvider;
import org.simcse.tests.ContrastiveHeadConformance;

class EsimcseHeadConformanceTest extends ContrastiveHeadConformance {
  @Override
  protected HeadProvider provider() {
    return new EsimcseHeadProvider();
  }
}
