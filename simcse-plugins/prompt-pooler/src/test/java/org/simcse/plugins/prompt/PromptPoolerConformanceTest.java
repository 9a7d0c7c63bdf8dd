package org.simcse.plugins.prompt;

import org.simcse.api.spi.PoolerProvider;
import org.simcse.tests.PoolerConformance;

class PromptPoolerConformanceTest extends PoolerConformance {
  @Override
  protected PoolerProvider provider() {
    return new PromptPoolerProvider();
  }
}
