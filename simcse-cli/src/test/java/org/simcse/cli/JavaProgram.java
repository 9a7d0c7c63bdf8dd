package org.simcse.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.tools.ToolProvider;

/** A program that uses SimCSE as a library on its class path, in a JVM of its own. */
final class JavaProgram {
  private static final String LIBRARIES =
      System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

  private final Path classes;

  private JavaProgram(Path classes) {
    this.classes = classes;
  }

  /** Compiles the class {@code Program}. */
  static JavaProgram of(Path directory, String source) throws IOException {
    Path work = Files.createTempDirectory(directory, "program");
    Path file = Files.writeString(work.resolve("Program.java"), source);
    Path classes = Files.createDirectory(work.resolve("classes"));
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                LIBRARIES,
                "-d",
                classes.toString(),
                file.toString());
    if (status != 0) {
      throw new IllegalStateException("The program does not compile: " + source);
    }
    return new JavaProgram(classes);
  }

  /** Runs it with jars of its own beside SimCSE's. */
  Simcse.Result run(List<Path> jars, String... arguments) throws IOException, InterruptedException {
    List<String> path = new ArrayList<>(List.of(classes.toString()));
    jars.forEach(jar -> path.add(jar.toString()));
    path.add(LIBRARIES);
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                String.join(File.pathSeparator, path),
                "Program"));
    command.addAll(Arrays.asList(arguments));
    return Simcse.run(Map.of(), command);
  }
}
