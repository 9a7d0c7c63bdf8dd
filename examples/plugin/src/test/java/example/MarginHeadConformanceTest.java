package example;

import java.util.Set;
import org.simcse.api.spi.HeadProvider;
import org.simcse.tests.ContrastiveHeadConformance;

class MarginHeadConformanceTest extends ContrastiveHeadConformance {
  @Override
  protected HeadProvider provider() {
    return new MarginHeadProvider();
  }

  @Override
  protected Set<String> lacks() {
    return Set.of("hard-negative-weight");
  }

  @Override
  protected double expectedLoss(double temperature) {
    return Math.log1p(Math.exp(-(1 - 0.3) / temperature));
  }
}
