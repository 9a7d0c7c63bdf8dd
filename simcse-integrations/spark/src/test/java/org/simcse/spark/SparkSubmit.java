package org.simcse.spark;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code spark-submit} with what the build has packaged, on a cluster of two executors of one core,
 * each a process. Its Spark is the jars of the tests' class path that do not travel with the job.
 */
final class SparkSubmit {
  private static final long SECONDS = 270;
  private static final Path PACKAGED = Path.of(System.getProperty("simcse.submit", ""));

  private final Path folder;
  private final Path home;

  private SparkSubmit(Path folder, Path home) {
    this.folder = folder;
    this.home = home;
  }

  /**
   * Assembles the installation of Spark.
   *
   * @param folder the working directory of jobs
   */
  static SparkSubmit in(Path folder) throws IOException {
    Path home = PACKAGED.resolveSibling("spark");
    Path jars = Files.createDirectories(home.resolve("jars"));
    Set<String> packaged;
    try (Stream<Path> files = Files.walk(PACKAGED)) {
      packaged = files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    for (String entry : classPath.split(File.pathSeparator)) {
      Path jar = Path.of(entry);
      String name = jar.getFileName().toString();
      if (name.endsWith(".jar") && !name.startsWith("simcse-") && !packaged.contains(name)) {
        Files.deleteIfExists(jars.resolve(name));
        Files.createSymbolicLink(jars.resolve(name), jar);
      }
    }
    return new SparkSubmit(folder, home);
  }

  /**
   * Starts a job.
   *
   * @param engine the folder with the natives of the engine
   * @param options options of spark-submit
   */
  Running start(String engine, List<String> options, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(System.getProperty("spark.jvm.options", "").trim().split("\\s+")));
    command.addAll(List.of("-cp", home.resolve("jars") + "/*"));
    command.add("org.apache.spark.deploy.SparkSubmit");
    command.addAll(List.of("--master", "local-cluster[2,1,1024]"));
    command.addAll(List.of("--conf", "spark.ui.enabled=false"));
    command.addAll(List.of("--conf", "spark.scheduler.minRegisteredResourcesRatio=1.0"));
    command.addAll(options);
    command.addAll(List.of("--jars", PACKAGED + "/jars/*," + PACKAGED + "/" + engine + "/*"));
    command.add(PACKAGED.resolve("simcse-spark.jar").toString());
    command.addAll(arguments);
    Path said = Files.createTempFile(folder, "submit", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    return new Running(builder.start(), said);
  }

  /** A job that was started. */
  record Running(Process process, Path said) {
    /** Waits for the end, and returns the exit code. */
    int await() throws InterruptedException {
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new AssertionError("The job did not end within " + SECONDS + " s:\n" + output());
      }
      return process.exitValue();
    }

    /** Returns what it has said so far. */
    String output() {
      try {
        return Files.readString(said);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Returns its executors. */
    List<ProcessHandle> executors() {
      return process
          .descendants()
          .filter(
              child ->
                  child.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend"))
          .toList();
    }
  }
}
