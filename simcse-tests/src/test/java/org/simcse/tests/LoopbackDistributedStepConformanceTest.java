package org.simcse.tests;

import java.time.Duration;
import java.util.List;
import org.simcse.api.DistributedGather;
import org.simcse.tests.golden.DistributedStepConformance;

/** Ranks that are threads train as one process does. */
class LoopbackDistributedStepConformanceTest extends DistributedStepConformance {
  @Override
  protected List<DistributedGather> join(int worldSize) {
    return LoopbackGather.world(worldSize, Duration.ofSeconds(30));
  }
}
