package org.simcse.plugins.losses;

import java.util.Set;
import org.simcse.api.spi.HeadProvider;
import org.simcse.tests.ContrastiveHeadConformance;

class AngleHeadConformanceTest extends ContrastiveHeadConformance {
  @Override
  protected HeadProvider provider() {
    return new AngleHeadProvider();
  }

  @Override
  protected Set<String> lacks() {
    return Set.of("hard-negative-weight");
  }
}
