package org.simcse.tests;

import java.util.List;
import org.simcse.api.spi.PoolerProvider;
import org.simcse.api.spi.Providers;

class AvgTop2PoolerConformanceTest extends PoolerConformance {
  @Override
  protected PoolerProvider provider() {
    return Providers.poolers(List.of()).get("avg_top2");
  }
}
