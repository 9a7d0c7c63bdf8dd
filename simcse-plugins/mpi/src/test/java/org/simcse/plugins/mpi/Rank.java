package org.simcse.plugins.mpi;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import org.simcse.api.DistributedGather;

/** The process of one rank, which runs the tests of the classes named, together with the others. */
final class Rank {
  private static final Mpi MPI = Mpi.load(System.getProperty("mpi.library", "libmpi.so.40"));

  private Rank() {}

  /** Returns this process's rank of a new world, over the MPI of the process. */
  static List<DistributedGather> join(int worldSize) {
    Assumptions.assumeTrue(worldSize == MPI.size(), "the launcher started another number of ranks");
    return List.of(new MpiGather(MPI, Duration.ofSeconds(20), () -> {}));
  }

  /** Returns the number of processes. */
  static int size() {
    return MPI.size();
  }

  public static void main(String[] classes) throws ClassNotFoundException {
    MPI.start();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    Launcher launcher = LauncherFactory.create();
    for (String name : classes) {
      launcher.execute(
          LauncherDiscoveryRequestBuilder.request()
              .selectors(selectClass(Class.forName(name)))
              .build(),
          listener);
      TestExecutionSummary summary = listener.getSummary();
      System.out.printf(
          "rank %d of %d, %s: %d passed, %d skipped, %d failed%n",
          MPI.rank(),
          MPI.size(),
          name.substring(name.lastIndexOf('.') + 1),
          summary.getTestsSucceededCount(),
          summary.getTestsAbortedCount() + summary.getTestsSkippedCount(),
          summary.getTestsFailedCount());
      if (summary.getTestsFailedCount() > 0 || summary.getTestsSucceededCount() == 0) {
        summary
            .getFailures()
            .forEach(
                failure -> {
                  System.out.println(failure.getTestIdentifier().getDisplayName());
                  failure.getException().printStackTrace(System.out);
                });
        System.out.flush();
        MPI.abort(1);
      }
    }
    MPI.finish();
  }
}
