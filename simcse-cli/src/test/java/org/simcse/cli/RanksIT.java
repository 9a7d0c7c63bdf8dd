package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code simcse train --ranks}: processes that train together, and how they end when one fails. */
class RanksIT {
  /** From a fault to the end of the last process. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @TempDir private Path directory = Path.of("");

  @BeforeEach
  void requireMpi() {
    boolean installed = RanksLauncher.isInstalled("mpirun");
    if ("1".equals(System.getenv("SIMCSE_REQUIRE_MPI"))) {
      assertThat(installed).as("SIMCSE_REQUIRE_MPI=1, but there is no mpirun").isTrue();
    }
    assumeTrue(installed, "There is no mpirun: apt-get install openmpi-bin");
  }

  private List<String> train(Path output, int steps, String... more) throws IOException {
    List<String> lines = new ArrayList<>(List.of("anchor,positive,negative"));
    for (int i = 0; i < 96; i++) {
      lines.add("a man sees %d birds,someone looks at %d birds,a dog eats".formatted(i, i));
    }
    Path rows = Files.write(directory.resolve("rows.csv"), lines);
    List<String> words =
        new ArrayList<>(List.of("train", "--train-file", rows.toString(), "--fresh-encoder"));
    words.addAll(List.of("1x32", "--pooler", "avg", "--dropout-rng", "portable"));
    words.addAll(List.of("--learning-rate", "1e-3", "--batch-size", "8", "--log-steps", "1"));
    words.addAll(List.of("--max-steps", String.valueOf(steps), "--output", output.toString()));
    words.addAll(List.of(more));
    return words;
  }

  private static List<Double> losses(Path output) throws IOException {
    return Pattern.compile("\"loss\":([-.0-9E]+)")
        .matcher(Files.readString(output.resolve("metrics.jsonl")))
        .results()
        .map((MatchResult found) -> Double.valueOf(found.group(1)))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pytorch", "tensorflow"})
  void ranksTrainTheModelOfOneProcess(String backend) throws Exception {
    Path one = directory.resolve("one");
    Path two = directory.resolve("two");
    assertThat(Simcse.run(words(train(one, 10, "--backend", backend))).status()).isZero();
    Simcse.Result result =
        Simcse.run(words(train(two, 10, "--backend", backend, "--ranks", "2", "--threads", "2")));
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.err()).contains("2 ranks on this machine, with 1 thread each.");
    assertThat(result.out().lines().filter(line -> line.startsWith("Done after 10"))).hasSize(1);
    List<Double> expected = losses(one);
    List<Double> losses = losses(two);
    assertThat(losses).hasSize(10);
    assertRefused(
        Simcse.run("train", "--output", one.toString(), "--resume", "--ranks", "2"),
        "gather was local and is mpi");
    assertThat(
            Simcse.run("train", "--output", one.toString(), "--resume", "--ranks", "2", "--reshard")
                .status())
        .isZero();
    for (int i = 0; i < losses.size(); i++) {
      assertThat(losses.get(i)).isCloseTo(expected.get(i), within(1e-3 * expected.get(i)));
    }
  }

  private static void assertRefused(Simcse.Result result, String why) {
    assertThat(result.status()).isNotZero();
    assertThat(result.err()).contains(why);
  }

  private static String[] words(List<String> command) {
    return command.toArray(String[]::new);
  }

  /** A run of two ranks that would take for ever. */
  private Process start(Path output, Path said) throws Exception {
    return start(output, said, 1_000_000);
  }

  private Process start(Path output, Path said, int steps) throws Exception {
    List<String> command = new ArrayList<>(List.of(Simcse.COMMAND));
    command.addAll(
        train(output, steps, "--ranks", "2", "--save-steps", "20", "--gather", "mpi:deadline=4"));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .start();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(100);
    while (!Files.exists(output.resolve("last/training_state.json")) && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    assertThat(output.resolve("last")).exists();
    return process;
  }

  /** Returns the process of a rank of the run. */
  private static long pid(Path output, int rank) throws IOException {
    for (ProcessHandle process : processes(output)) {
      Path environment = Path.of("/proc", String.valueOf(process.pid()), "environ");
      String variables = Files.readString(environment, StandardCharsets.ISO_8859_1);
      if (("\0" + variables).contains("\0OMPI_COMM_WORLD_RANK=" + rank + "\0")) {
        return process.pid();
      }
    }
    throw new AssertionError("There is no rank " + rank);
  }

  private static List<ProcessHandle> processes(Path output) {
    return ProcessHandle.allProcesses()
        .filter(
            process ->
                process
                    .info()
                    .commandLine()
                    .filter(of -> of.contains(output.toString()))
                    .isPresent())
        .toList();
  }

  /** Waits for the end of all processes of a run, and returns the launcher's exit code. */
  private static int end(Process launcher, Path output, Path said) throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    try {
      while (!processes(output).isEmpty() && System.nanoTime() < end) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      assertThat(processes(output)).as("left; they said: %s", Files.readString(said)).isEmpty();
      return launcher.waitFor();
    } finally {
      processes(output).forEach(ProcessHandle::destroyForcibly);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"KILL", "STOP"})
  void aLostRankEndsTheRunWithItsLastCheckpointGood(String signal) throws Exception {
    Path output = directory.resolve("lost");
    Path said = directory.resolve("said.txt");
    Process launcher = start(output, said);
    new ProcessBuilder("kill", "-" + signal, String.valueOf(pid(output, 1))).start().waitFor();
    assertThat(end(launcher, output, said)).isNotZero();
    if (signal.equals("STOP")) {
      assertThat(said).content().contains("waited 4 s", "for rank 1.");
    }
    assertThat(Simcse.run("embed", "--model", output.resolve("last").toString(), "x").status())
        .isZero();
  }

  @Test
  void aTerminatedLauncherLetsTheRanksSave() throws Exception {
    Path output = directory.resolve("terminated");
    Path said = directory.resolve("said.txt");
    Process launcher = start(output, said);
    launcher.destroy(); // SIGTERM
    assertThat(end(launcher, output, said)).isEqualTo(143);
    assertThat(Simcse.run("embed", "--model", output.resolve("last").toString(), "x").status())
        .isZero();
  }

  /** A limit on the size of rank 0's files stands in for a full disk. */
  @Test
  void aFullDiskOnRank0EndsTheRunWithItsLastCheckpointGood() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "There is no prlimit");
    Path output = directory.resolve("full");
    Path said = directory.resolve("said.txt");
    Process launcher = start(output, said, 1000);
    String pid = String.valueOf(pid(output, 0));
    new ProcessBuilder("prlimit", "--pid", pid, "--fsize=100000").start().waitFor();
    assertThat(launcher.waitFor(100, TimeUnit.SECONDS)).isTrue();
    assertThat(launcher.exitValue()).as(Files.readString(said)).isNotZero();
    assertThat(processes(output)).isEmpty();
    assertThat(said).content().contains("cannot be written");
    assertThat(Simcse.run("embed", "--model", output.resolve("last").toString(), "x").status())
        .isZero();
  }
}
