package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a program that uses SimCSE as a library finds what was unpacked. */
class NativeFilesIT {
  @TempDir private Path directory = Path.of("");

  @ParameterizedTest
  @CsvSource({"pytorch, djl/pytorch", "tensorflow, javacpp"})
  void allIsUnpackedBelowSimcseHome(String backend, String folder) throws Exception {
    JavaProgram program =
        JavaProgram.of(
            directory,
            """
            public class Program {
              public static void main(String[] arguments) {
                System.setProperty("user.home", arguments[1]);
                System.setProperty("simcse.home", arguments[2]);
                try (var simcse = org.simcse.core.SimCse.builder().backend(arguments[0]).open()) {
                  System.out.println(simcse.embed("a text").length);
                }
              }
            }
            """);
    Path user = Files.createDirectory(directory.resolve("user"));
    Path home = directory.resolve("home");
    Simcse.Result result = program.run(List.of(), backend, user.toString(), home.toString());
    assertThat(result.out().strip()).as(result.err()).endsWith("384");
    assertThat(user).isEmptyDirectory();
    assertThat(home.resolve("djl/tokenizers")).isNotEmptyDirectory();
    assertThat(home.resolve(folder)).isNotEmptyDirectory();
  }
}
