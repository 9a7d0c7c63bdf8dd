package @package@;

import java.util.Set;
import org.simcse.api.spi.HeadProvider;
import org.simcse.tests.ContrastiveHeadConformance;

class @Class@ConformanceTest extends ContrastiveHeadConformance {
  @Override
  protected HeadProvider provider() {
    return new @Class@Provider();
  }

  /** Options of the head simcse that this one has not. */
  @Override
  protected Set<String> lacks() {
    return Set.of("hard-negative-weight");
  }

  /** The formula for two rows with orthogonal anchors, each its own positive. */
  @Override
  protected double expectedLoss(double temperature) {
    return Math.log1p(Math.exp(-(1 - 0.3) / temperature));
  }
}
