package org.simcse.plugins.mpi;

import java.util.List;
import org.simcse.api.DistributedGather;
import org.simcse.tests.TestEnvironment;
import org.simcse.tests.golden.DistributedStepConformance;

/** Processes train as one does, on the backend of the system property {@code simcse.backend}. */
class StepOfProcesses extends DistributedStepConformance {
  @Override
  protected List<DistributedGather> join(int worldSize) {
    return Rank.join(worldSize);
  }

  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.selected();
  }
}
