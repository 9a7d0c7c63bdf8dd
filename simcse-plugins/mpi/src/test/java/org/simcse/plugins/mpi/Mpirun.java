package org.simcse.plugins.mpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Starts Java programs as the ranks of a run. */
final class Mpirun {
  private static final String REQUIRED = "SIMCSE_REQUIRE_MPI";

  private Mpirun() {}

  /**
   * How a run ended.
   *
   * @param status the launcher's exit status
   * @param said what all ranks wrote
   * @param took from the start of the launcher to the end of the last process
   */
  record Result(int status, String said, Duration took) {}

  static boolean isInstalled(String command) {
    return Optional.ofNullable(System.getenv("PATH")).stream()
        .flatMap(path -> List.of(path.split(":")).stream())
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
  }

  /** Skips the test where there is no MPI, or fails it where one is required. */
  private static void require() {
    boolean installed = isInstalled("mpirun");
    if ("1".equals(System.getenv(REQUIRED))) {
      assertThat(installed).as("%s=1, but there is no mpirun", REQUIRED).isTrue();
    }
    assumeTrue(installed, "There is no mpirun: apt-get install openmpi-bin");
  }

  /**
   * Runs a main class and waits for the end of all its processes.
   *
   * @param options options for the JVM
   * @param command the class and its arguments
   */
  static Result run(int ranks, Duration limit, List<String> options, String... command)
      throws IOException, InterruptedException {
    require();
    List<String> launcher = new ArrayList<>(List.of("mpirun", "--oversubscribe"));
    launcher.addAll(List.of("--bind-to", "none", "--mca", "mpi_yield_when_idle", "1"));
    if ("root".equals(System.getProperty("user.name"))) {
      launcher.add("--allow-run-as-root");
    }
    return run(launcher, ranks, limit, options, command);
  }

  /**
   * Runs a main class and waits for the end of all its processes.
   *
   * @param launcher the launcher, with its options
   */
  static Result run(
      List<String> launcher, int ranks, Duration limit, List<String> options, String... command)
      throws IOException, InterruptedException {
    String mark = "-Dsimcse.run=" + UUID.randomUUID();
    // A shell in between, because mpirun changes the arguments of commands that are called java.
    List<String> words = new ArrayList<>(launcher);
    words.addAll(List.of("-np", String.valueOf(ranks)));
    words.addAll(List.of("sh", "-c", "exec \"$@\"", "sh"));
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of(mark, "-Xmx512m", "-XX:+UseSerialGC"));
    words.addAll(options);
    words.addAll(List.of("-cp", System.getProperty("java.class.path")));
    words.addAll(List.of(command));
    Path said = Files.createTempFile("mpirun", ".txt");
    long start = System.nanoTime();
    Process started =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .start();
    try {
      boolean ended = started.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      while (ended && running(mark) > 0 && System.nanoTime() - start < limit.toNanos()) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      String text = Files.readString(said);
      assertThat(ended).as("mpirun ends within %s; it said: %s", limit, text).isTrue();
      assertThat(running(mark)).as("processes left; mpirun said: %s", text).isZero();
      return new Result(started.exitValue(), text, took);
    } finally {
      started.destroyForcibly();
      marked(mark).forEach(ProcessHandle::destroyForcibly);
      Files.delete(said);
    }
  }

  private static long running(String mark) {
    return marked(mark).size();
  }

  private static List<ProcessHandle> marked(String mark) {
    return ProcessHandle.allProcesses()
        .filter(
            process -> process.info().commandLine().filter(line -> line.contains(mark)).isPresent())
        .toList();
  }
}
