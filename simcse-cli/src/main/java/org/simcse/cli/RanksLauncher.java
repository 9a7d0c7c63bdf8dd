package org.simcse.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jline.utils.Signals;
import org.simcse.api.error.BackendException;
import org.simcse.core.io.AtomicFile;

/** Starts a command again as the ranks of a run on this machine, under MPI's launcher. */
final class RanksLauncher {
  /** The file that rank 0 creates at its end: not every launcher reports a rank that vanished. */
  private static final String COMPLETION = "SIMCSE_COMPLETION";

  private static final int SIGINT = 130;
  private static final int SIGTERM = 143;

  private RanksLauncher() {}

  /** Returns the rank of this process if a launcher of MPI started it. */
  static Optional<Integer> rank(Map<String, String> environment) {
    return Stream.of("OMPI_COMM_WORLD_RANK", "PMI_RANK", "SLURM_PROCID")
        .map(environment::get)
        .flatMap(Stream::ofNullable)
        .findFirst()
        .map(Integer::valueOf);
  }

  /**
   * Runs the ranks and returns the exit code.
   *
   * @param threads the threads of all ranks together
   * @param joined whether the arguments or the run that they resume name the gather
   * @param arguments the command's arguments
   */
  static int launch(
      int ranks, int threads, boolean joined, List<String> arguments, OutputOptions say) {
    int each = Math.max(1, threads / ranks);
    if (!say.quiet()) {
      System.err.printf(
          "%d ranks on this machine, with %d thread%s each.%n", ranks, each, each == 1 ? "" : "s");
    }
    if (!isInstalled("mpirun")) {
      throw new BackendException(
          "--ranks needs mpirun, and there is none on the path: install Open MPI (apt-get install openmpi-bin, dnf install openmpi).");
    }
    Path mark = completion();
    try {
      Files.delete(mark);
      ProcessBuilder builder =
          new ProcessBuilder(command(ranks, each, joined, arguments)).inheritIO();
      builder.environment().put(COMPLETION, mark.toString());
      Process launcher = builder.start();
      AtomicInteger told = new AtomicInteger();
      Object interrupt = Signals.register("INT", () -> stop(launcher, told, SIGINT));
      Object terminate = Signals.register("TERM", () -> stop(launcher, told, SIGTERM));
      try {
        return status(launcher.waitFor(), told.get(), mark);
      } finally {
        Signals.unregister("INT", interrupt);
        Signals.unregister("TERM", terminate);
      }
    } catch (IOException e) {
      throw new BackendException(
          "mpirun cannot be started: %s.".formatted(AtomicFile.reason(e)), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BackendException("The ranks were not waited for.", e);
    }
  }

  /**
   * Tells the ranks to save and end, the second time the launcher to end them. Told by itself, the
   * launcher would leave them a second.
   */
  private static void stop(Process launcher, AtomicInteger told, int code) {
    if (told.compareAndSet(0, code)) {
      launcher.descendants().forEach(ProcessHandle::destroy);
    } else {
      launcher.destroy();
    }
  }

  private static Path completion() {
    try {
      return Files.createTempFile("simcse-", ".completed");
    } catch (IOException e) {
      throw new BackendException(
          "No temporary file can be created: %s.".formatted(AtomicFile.reason(e)), e);
    }
  }

  private static int status(int launcher, int told, Path mark) throws IOException {
    boolean complete = Files.deleteIfExists(mark);
    if (told != 0) {
      return told;
    }
    if (launcher == ExitCode.DONE && !complete) {
      throw new BackendException(
          "The ranks ended without an error but did not complete the run: one has vanished. Resume it from its last checkpoint.");
    }
    return launcher;
  }

  /** Records that the run of this rank came to its end. */
  static void completed() {
    String mark = System.getenv(COMPLETION);
    if (mark != null) {
      AtomicFile.write(Path.of(mark), out -> {});
    }
  }

  private static List<String> command(
      int ranks, int threads, boolean joined, List<String> arguments) {
    List<String> words = new ArrayList<>();
    if (isInstalled("setsid")) {
      words.add("setsid"); // an interrupt from the keyboard is for this process, which passes it on
    }
    words.addAll(List.of("mpirun", "-np", String.valueOf(ranks)));
    // Else Open MPI binds each of two ranks to one core, with all its threads.
    words.addAll(List.of("--bind-to", "none"));
    // Else it refuses more ranks than cores, and ranks that wait take the cores of those that work.
    words.addAll(List.of("--oversubscribe", "--mca", "mpi_yield_when_idle", "1"));
    if ("root".equals(System.getProperty("user.name"))) {
      words.add("--allow-run-as-root");
    }
    words.add(System.getProperty("simcse.command", "simcse"));
    words.addAll(without(arguments, "--ranks", "--threads"));
    if (!joined) {
      words.addAll(List.of("--gather", "mpi"));
    }
    words.addAll(List.of("--threads", String.valueOf(threads)));
    return words;
  }

  /** Returns whether a command is on the path. */
  static boolean isInstalled(String command) {
    return Optional.ofNullable(System.getenv("PATH")).stream()
        .flatMap(path -> Stream.of(path.split(File.pathSeparator)))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
  }

  private static List<String> without(List<String> arguments, String... options) {
    List<String> rest = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      String word = arguments.get(i);
      if (List.of(options).contains(word)) {
        i++; // its value
      } else if (Stream.of(options).noneMatch(option -> word.startsWith(option + "="))) {
        rest.add(word);
      }
    }
    return rest;
  }
}
