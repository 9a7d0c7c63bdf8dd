package org.simcse.plugins.mpi;

import java.util.List;
import org.simcse.api.DistributedGather;
import org.simcse.tests.DistributedGatherConformance;

/** The kit's rules for gathers, between processes. */
class GatherOfProcesses extends DistributedGatherConformance {
  @Override
  protected List<DistributedGather> join(int worldSize) {
    return Rank.join(worldSize);
  }

  @Override
  protected List<Integer> worldSizes() {
    return List.of(Rank.size());
  }

  /** It ends the processes: see {@link Doomed}. */
  @Override
  public void aSilentPeerIsAnErrorAndNoHang(int size) {}

  /** It ends the processes: see {@link Doomed}. */
  @Override
  public void abortEndsEveryRankWithTheReason(int size) {}
}
