package org.simcse.plugins.attention;

import org.simcse.api.spi.PoolerProvider;
import org.simcse.tests.PoolerConformance;

class AttentionPoolerConformanceTest extends PoolerConformance {
  @Override
  protected PoolerProvider provider() {
    return new AttentionPoolerProvider();
  }
}
