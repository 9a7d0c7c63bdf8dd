package org.simcse.plugins.mpi;

import java.time.Duration;
import java.util.Map;
import org.simcse.api.DistributedGather;
import org.simcse.api.error.BackendException;
import org.simcse.api.spi.GatherProvider;
import org.simcse.api.spi.Options;

/**
 * The gather {@code mpi}. Options: {@code library}, MPI's shared library; {@code deadline}, the
 * seconds after which a rank that does not come to a collective operation ends the run.
 */
public final class MpiGatherProvider implements GatherProvider {
  private static final String OPEN_MPI = "libmpi.so.40";
  private static final int DEADLINE = 600;

  /** For {@link java.util.ServiceLoader}. */
  public MpiGatherProvider() {}

  @Override
  public String name() {
    return "mpi";
  }

  @Override
  public String description() {
    return "Ranks that are processes, started by mpirun or another launcher of MPI.";
  }

  @Override
  public DistributedGather create(Options options) {
    String library = options.text("library", OPEN_MPI);
    Duration deadline = Duration.ofSeconds(options.integer("deadline", DEADLINE, 1, 86_400));
    Mpi mpi = Mpi.load(library);
    mpi.start();
    try {
      requireWorld(System.getenv(), mpi.size(), library);
    } catch (BackendException e) {
      mpi.finish(); // every rank of this world finds the same
      throw e;
    }
    return new MpiGather(mpi, deadline, mpi::finish);
  }

  /**
   * Rejects a world whose size is not what the launcher started: with the launcher of another MPI
   * every process is alone in a world of its own, and all would train the same and write to the
   * same place.
   */
  static void requireWorld(Map<String, String> environment, int size, String library) {
    for (String variable :
        new String[] {
          "OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MPI_LOCALNRANKS", "SLURM_STEP_NUM_TASKS"
        }) {
      String started = environment.get(variable);
      if (started == null) {
        continue;
      }
      if (!started.equals(String.valueOf(size))) {
        throw new BackendException(
            "The launcher started %s ranks (%s), but for %s the world has %d: launcher and library belong to different MPIs. Start with the mpirun of that library, or name the other by mpi:library=…."
                .formatted(started, variable, library, size));
      }
      return; // the innermost launcher: mpirun within a step of Slurm leaves Slurm's variables
    }
  }
}
