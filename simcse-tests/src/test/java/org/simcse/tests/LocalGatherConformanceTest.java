package org.simcse.tests;

import java.util.List;
import org.simcse.api.DistributedGather;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.Providers;

class LocalGatherConformanceTest extends DistributedGatherConformance {
  @Override
  protected List<DistributedGather> join(int worldSize) {
    return List.of(Providers.gathers(List.of()).get("local").create(Options.of("local")));
  }

  @Override
  protected List<Integer> worldSizes() {
    return List.of(1);
  }
}
