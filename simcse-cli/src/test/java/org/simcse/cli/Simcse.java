package org.simcse.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the assembled command in a process of its own, on the module path, as a user does. */
final class Simcse {
  /** The folder that the build assembles. */
  static final Path IMAGE =
      Path.of(System.getProperty("simcse.image", "target/image")).toAbsolutePath();

  /** The command itself. */
  static final String COMMAND = IMAGE.resolve("bin/simcse").toString();

  private static final int LIMIT_SECONDS = 120;

  static {
    // The first start for a JVM says that it prepares itself: here, not in some test.
    try {
      run("--version");
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Simcse() {}

  /** What a process left behind. */
  record Result(int status, String out, String err) {
    /** Standard error without surrounding space. */
    String message() {
      return err.strip();
    }
  }

  static Result run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(COMMAND));
    command.addAll(List.of(arguments));
    return run(Map.of(), command);
  }

  /** A line of shell, in which {@code $SIMCSE} is the command. */
  static Result shell(String line) throws IOException, InterruptedException {
    return run(Map.of("SIMCSE", COMMAND), List.of("bash", "-c", line));
  }

  static Result run(Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("simcse", ".out");
    Path err = Files.createTempFile("simcse", ".err");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
      builder.redirectInput(Path.of("/dev/null").toFile());
      builder.environment().keySet().removeIf(name -> name.matches("(SIMCSE|HF)_.*"));
      builder.environment().putAll(environment);
      Process process = builder.start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("Still running after " + LIMIT_SECONDS + " s: " + command);
      }
      return new Result(
          process.exitValue(),
          Files.readString(out, StandardCharsets.UTF_8),
          Files.readString(err, StandardCharsets.UTF_8));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }
}
