package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs whose threads have other class loaders than the one that loaded SimCSE. */
class ClassLoadersIT {
  @TempDir private Path directory = Path.of("");

  /** As in a task of the common pool of an application that a loader of its own has loaded. */
  @ParameterizedTest
  @ValueSource(strings = {"pytorch", "tensorflow"})
  void aThreadWithThePlatformsLoaderOpensAModel(String backend) throws Exception {
    JavaProgram program =
        JavaProgram.of(
            directory,
            """
            public class Program {
              public static void main(String[] arguments) throws Exception {
                Thread thread = new Thread(() -> embed(arguments[0]));
                thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
                thread.start();
                thread.join();
              }

              static void embed(String backend) {
                try (var simcse = org.simcse.core.SimCse.builder().backend(backend).open()) {
                  System.out.println(simcse.embed("a text").length);
                }
                if (Thread.currentThread().getContextClassLoader()
                    != ClassLoader.getPlatformClassLoader()) {
                  throw new AssertionError("The thread's context class loader has changed.");
                }
              }
            }
            """);
    Simcse.Result result = program.run(List.of(), backend);
    assertThat(result.err()).doesNotContain("Exception").doesNotContain("Error");
    assertThat(result.out().strip()).endsWith("384");
  }
}
