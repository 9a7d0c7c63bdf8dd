package example;

import org.simcse.api.spi.PoolerProvider;
import org.simcse.tests.PoolerConformance;

class LastTokenPoolerConformanceTest extends PoolerConformance {
  @Override
  protected PoolerProvider provider() {
    return new LastTokenPoolerProvider();
  }
}
