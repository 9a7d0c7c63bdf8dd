package org.simcse.plugins.losses;

import java.util.Set;
import org.simcse.api.spi.HeadProvider;
import org.simcse.tests.ContrastiveHeadConformance;

class GuideHeadConformanceTest extends ContrastiveHeadConformance {
  @Override
  protected HeadProvider provider() {
    return new GuideHeadProvider();
  }

  @Override
  protected Set<String> lacks() {
    return Set.of("hard-negative-weight");
  }

  /** Three negatives with cosine 0: the other positive, the other anchor and again the positive. */
  @Override
  protected double expectedLoss(double temperature) {
    return Math.log1p(3 * Math.exp(-1 / temperature));
  }
}
