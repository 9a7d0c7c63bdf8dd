package org.simcse.plugins.losses;

import java.util.Set;
import org.simcse.api.spi.HeadProvider;
import org.simcse.tests.ContrastiveHeadConformance;

class HardnessHeadConformanceTest extends ContrastiveHeadConformance {
  @Override
  protected HeadProvider provider() {
    return new HardnessHeadProvider();
  }

  @Override
  protected Set<String> lacks() {
    return Set.of("hard-negative-weight");
  }
}
