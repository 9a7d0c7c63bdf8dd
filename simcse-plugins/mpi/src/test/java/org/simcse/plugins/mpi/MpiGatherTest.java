package org.simcse.plugins.mpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.error.BackendException;
import org.simcse.api.spi.Options;

/** Ranks that are processes. */
class MpiGatherTest {
  private static final Duration LIMIT = Duration.ofMinutes(4);

  private static void passes(int ranks, String backend, Class<?> rules) throws Exception {
    Mpirun.Result result =
        Mpirun.run(
            ranks,
            LIMIT,
            List.of("-Dsimcse.backend=" + backend),
            Rank.class.getName(),
            rules.getName());
    assertThat(result.status()).as(result.said()).isZero();
    assertThat(result.said()).contains(rules.getSimpleName() + ": ").contains(" 0 failed");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void theKitsRulesHoldBetweenProcesses(int ranks) throws Exception {
    passes(ranks, "reference", GatherOfProcesses.class);
  }

  /** Of MPICH, whose UCX takes the JVM's signals unless told not to. */
  @Test
  void theKitsRulesHoldOverMpich() throws Exception {
    assumeTrue(Mpirun.isInstalled("mpirun.mpich"), "There is no MPICH: apt-get install mpich");
    Mpirun.Result result =
        Mpirun.run(
            List.of("mpirun.mpich"),
            2,
            LIMIT,
            List.of("-Dmpi.library=libmpich.so.12"),
            Rank.class.getName(),
            GatherOfProcesses.class.getName());
    assertThat(result.status()).as(result.said()).isZero();
    assertThat(result.said()).contains("GatherOfProcesses: 8 passed, 0 skipped, 0 failed");
  }

  @Test
  void theLauncherOfMpichIsRefusedForOpenMpi() throws Exception {
    assumeTrue(Mpirun.isInstalled("mpirun.mpich"), "There is no MPICH: apt-get install mpich");
    Mpirun.Result result =
        Mpirun.run(List.of("mpirun.mpich"), 2, LIMIT, List.of(), Doomed.class.getName(), "kill");
    assertThat(result.status()).isNotZero();
    assertThat(result.said()).contains("started 2 ranks", "the world has 1");
  }

  /** The golden gradients, of which each engine has its share. */
  @ParameterizedTest
  @CsvSource({"2, pytorch", "4, pytorch", "2, tensorflow", "4, tensorflow"})
  void processesTrainAsOneDoes(int ranks, String backend) throws Exception {
    passes(ranks, backend, StepOfProcesses.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kill", "throw", "leave"})
  void aRankThatDiesEndsTheRun(String fate) throws Exception {
    Mpirun.Result result = Doomed.run(fate);
    assertThat(result.status()).as(result.said()).isNotZero();
    assertThat(result.took()).isLessThan(Duration.ofSeconds(20));
  }

  @ParameterizedTest
  @ValueSource(strings = {"stop", "sleep"})
  void aRankThatIsSilentEndsTheRunAndIsNamed(String fate) throws Exception {
    Mpirun.Result result = Doomed.run(fate);
    assertThat(result.status()).as(result.said()).isEqualTo(Watch.STATUS);
    assertThat(result.said())
        .contains("waited 2 s in allReduceSum", "for rank 1.", "can be resumed");
  }

  @Test
  void abortEndsEveryRankWithTheReason() throws Exception {
    Mpirun.Result result = Doomed.run("abort");
    assertThat(result.status()).isEqualTo(75);
    assertThat(result.said()).contains("rank 1 of 3 ends the run: the loss is not a number");
  }

  @Test
  void aMissingLibraryIsToldWithItsPackage() {
    assertThatThrownBy(
            () -> new MpiGatherProvider().create(Options.parse("mpi:library=libnone.so.1")))
        .isInstanceOf(BackendException.class)
        .hasMessageContainingAll("libnone.so.1", "apt-get install openmpi-bin");
  }

  @Test
  void theLauncherOfAnotherMpiIsRefused() {
    MpiGatherProvider.requireWorld(Map.of("OMPI_COMM_WORLD_SIZE", "4"), 4, "libmpi.so.40");
    MpiGatherProvider.requireWorld(
        Map.of("OMPI_COMM_WORLD_SIZE", "4", "SLURM_STEP_NUM_TASKS", "1"), 4, "libmpi.so.40");
    assertThatThrownBy(
            () ->
                MpiGatherProvider.requireWorld(
                    Map.of("SLURM_STEP_NUM_TASKS", "4"), 1, "libmpi.so.40"))
        .isInstanceOf(BackendException.class)
        .hasMessageContainingAll("started 4 ranks", "the world has 1");
    assertThatThrownBy(
            () -> MpiGatherProvider.requireWorld(Map.of("PMI_SIZE", "4"), 1, "libmpi.so.40"))
        .isInstanceOf(BackendException.class)
        .hasMessageContainingAll("started 4 ranks", "the world has 1");
  }
}
