package org.simcse.plugins.prompt;

import java.util.Map;
import org.simcse.api.spi.PoolerProvider;
import org.simcse.tests.PoolerConformance;

class PlainPromptPoolerConformanceTest extends PoolerConformance {
  @Override
  protected PoolerProvider provider() {
    return new PromptPoolerProvider();
  }

  @Override
  protected Map<String, String> options() {
    return Map.of("denoise", "false", "template", "[X]: [MASK]");
  }
}
