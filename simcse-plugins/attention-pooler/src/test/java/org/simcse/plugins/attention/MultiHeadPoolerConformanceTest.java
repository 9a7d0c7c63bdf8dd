package org.simcse.plugins.attention;

import java.util.Map;
import org.simcse.api.spi.PoolerProvider;
import org.simcse.tests.PoolerConformance;

class MultiHeadPoolerConformanceTest extends PoolerConformance {
  @Override
  protected PoolerProvider provider() {
    return new AttentionPoolerProvider();
  }

  @Override
  protected Map<String, String> options() {
    return Map.of("heads", "4");
  }
}
