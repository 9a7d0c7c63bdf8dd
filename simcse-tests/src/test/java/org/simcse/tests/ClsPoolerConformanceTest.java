package org.simcse.tests;

import java.util.List;
import org.simcse.api.spi.PoolerProvider;
import org.simcse.api.spi.Providers;

class ClsPoolerConformanceTest extends PoolerConformance {
  @Override
  protected PoolerProvider provider() {
    return Providers.poolers(List.of()).get("cls");
  }
}
