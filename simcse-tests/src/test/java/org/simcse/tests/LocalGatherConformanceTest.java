package org.simcse.tests;

import java.util.List;
import java.util.Map;
import org.simcse.api.DistributedGather;
import org.simcse.api.spi.ProviderContext;
import org.simcse.api.spi.Providers;

class LocalGatherConformanceTest extends DistributedGatherConformance {
  @Override
  protected List<DistributedGather> join(int worldSize) {
    return List.of(
        Providers.gathers(List.of()).get("local").create(new ProviderContext(Map.of(), Map.of())));
  }

  @Override
  protected List<Integer> worldSizes() {
    return List.of(1);
  }
}
