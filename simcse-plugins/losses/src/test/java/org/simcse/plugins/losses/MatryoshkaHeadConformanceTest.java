package org.simcse.plugins.losses;

import java.util.Map;
import org.simcse.api.spi.HeadProvider;
import org.simcse.tests.ContrastiveHeadConformance;

class MatryoshkaHeadConformanceTest extends ContrastiveHeadConformance {
  @Override
  protected HeadProvider provider() {
    return new MatryoshkaHeadProvider();
  }

  @Override
  protected Map<String, String> options() {
    return Map.of("dims", "8+4", "weights", "1+0.5");
  }
}
