package org.simcse.tests;

import java.time.Duration;
import java.util.List;
import org.simcse.api.DistributedGather;

class LoopbackGatherConformanceTest extends DistributedGatherConformance {
  @Override
  protected List<DistributedGather> join(int worldSize) {
    return LoopbackGather.world(worldSize, Duration.ofMillis(300));
  }
}
