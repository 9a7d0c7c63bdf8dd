package org.simcse.plugins.mpi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ranks on two hosts, as far as one machine can show them. */
class TwoHostsTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** The cable carries 200 Mbit/s. */
  @Test
  void theKitsRulesHoldBetweenHostsWithASlowLink() throws Exception {
    try (TwoHosts hosts = TwoHosts.create()) {
      hosts.limit("200mbit");
      Mpirun.Result result =
          Mpirun.run(
              hosts.launcher(),
              2,
              LIMIT,
              List.of("-Dsimcse.backend=reference"),
              Rank.class.getName(),
              GatherOfProcesses.class.getName());
      assertThat(result.status()).as(result.said()).isZero();
      assertThat(result.said()).contains("GatherOfProcesses: 8 passed, 0 skipped, 0 failed");
    }
  }

  /**
   * MPI itself waits for ever; its launcher notices by the keep-alive of its connections, unless a
   * rank's deadline ends first: then an order is on its way, and keep-alive says nothing.
   */
  @Test
  void aCutLinkEndsTheRunOnBothHosts() throws Exception {
    try (TwoHosts hosts = TwoHosts.create()) {
      Mpirun.Result result =
          Mpirun.run(hosts.launcher(), 2, LIMIT, List.of(), Doomed.class.getName(), "cut", "60");
      assertThat(result.status()).as(result.said()).isNotZero();
      assertThat(result.said()).contains("The fifth sum begins.").doesNotContain("waited 60 s");
      assertThat(result.took()).isLessThan(Duration.ofSeconds(30));
    }
  }
}
