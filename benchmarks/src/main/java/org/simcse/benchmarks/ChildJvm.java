package org.simcse.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A JVM like this one, for one engine; it answers a line of text with a line of numbers. */
final class ChildJvm implements AutoCloseable {
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          // What the launcher sets: idle threads must not spin, shapes that are gone keep no
          // kernels.
          "GOMP_SPINCOUNT", "20000",
          "ONEDNN_PRIMITIVE_CACHE_CAPACITY", "32",
          "OPT_OUT_TRACKING", "true",
          "TF_CPP_MIN_LOG_LEVEL", "3",
          "TF_ENABLE_ONEDNN_OPTS", "1");

  private final Process process;
  private final BufferedReader answers;
  private final PrintWriter questions;

  ChildJvm(Class<?> program, String... arguments) throws IOException {
    process = builder(program, arguments).start();
    answers = process.inputReader(StandardCharsets.UTF_8);
    questions = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
  }

  /** Runs a program to its end; what it prints goes where this one's output goes. */
  static void run(Class<?> program, String... arguments) throws IOException, InterruptedException {
    Process process = builder(program, arguments).redirectOutput(Redirect.INHERIT).start();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(process::destroy)); // it hears of no end of ours
    int code = process.waitFor();
    if (code != 0) {
      throw new IllegalStateException(
          "%s %s ended with exit code %d."
              .formatted(program.getSimpleName(), String.join(" ", arguments), code));
    }
  }

  /**
   * Runs a program once per backend, with the first argument and the backend's name.
   *
   * @param arguments a file or directory, and the backends; by default both engines
   */
  static void runEach(Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    List<String> backends =
        arguments.length > 1
            ? Arrays.asList(arguments).subList(1, arguments.length)
            : List.of("pytorch", "tensorflow");
    for (String backend : backends) {
      run(program, arguments[0], backend);
    }
  }

  private static ProcessBuilder builder(Class<?> program, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(
        List.of(
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:ActiveProcessorCount=" + Throughput.THREADS,
            "-cp",
            System.getProperty("java.class.path"),
            program.getName()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.INHERIT);
    builder.environment().putAll(ENVIRONMENT);
    return builder;
  }

  /** The numbers of the next line that the child prints. */
  double[] await() throws IOException {
    String answer = answers.readLine();
    if (answer == null) {
      throw new IllegalStateException("A child process ended early; standard error says why.");
    }
    return Arrays.stream(answer.trim().split(" ")).mapToDouble(Double::parseDouble).toArray();
  }

  /** Asks, and waits for the answer. */
  double[] ask(String question) throws IOException {
    questions.println(question);
    return await();
  }

  /** The child ends at the end of its input. */
  @Override
  public void close() {
    questions.close();
  }
}
