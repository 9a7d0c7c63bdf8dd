package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.cli.Simcse.Result;

/** What the launcher does before Java does anything. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "tests the bash launcher")
class LauncherIT {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"pytorch", "tensorflow"})
  void everyBackendEmbedsAndUnpacksNothingIntoHomeOrTemporaryFolders(String backend)
      throws Exception {
    Path home = Files.createDirectory(folder.resolve("home"));
    // Java takes neither of the two from the environment.
    String folders = "-Duser.home=%1$s -Djava.io.tmpdir=%1$s".formatted(home);

    Result result =
        Simcse.run(
            Map.of("HOME", home.toString(), "SIMCSE_JAVA_OPTS", folders),
            List.of(Simcse.COMMAND, "embed", "--backend", backend, "A sentence."));

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out().strip().split(" ")).hasSize(384);
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void itRunsThroughSymbolicLinksAndFromFoldersWithSpaces() throws Exception {
    Path spaced = Files.createDirectory(folder.resolve("a folder"));
    Path second = Files.createSymbolicLink(spaced.resolve("second"), Path.of(Simcse.COMMAND));
    Path first = Files.createSymbolicLink(folder.resolve("first"), folder.relativize(second));

    Result result = Simcse.run(Map.of(), List.of(first.toString(), "--version"));

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out()).startsWith("simcse ");
  }

  @Test
  void argumentsKeepTheirLettersInTheLocaleC() throws Exception {
    // The letters are made by the shell, because this JVM may itself run in the locale C.
    Result umlauts =
        Simcse.shell("LC_ALL=C \"$SIMCSE\" similarity Gr??e $'Gr\\xc3\\xbc\\xc3\\x9fe'");

    assertThat(umlauts.status()).as(umlauts.err()).isZero();
    assertThat(Double.parseDouble(umlauts.out())).isLessThan(0.99);
  }

  @Test
  void withoutAnyJavaItSaysHowToInstallOne() throws Exception {
    Path tools = Files.createDirectory(folder.resolve("tools"));
    for (String tool : List.of("bash", "basename", "dirname", "readlink", "sed")) {
      Files.createSymbolicLink(tools.resolve(tool), Path.of("/usr/bin", tool));
    }

    Result result =
        Simcse.run(
            Map.of("PATH", tools.toString(), "JAVA_HOME", ""),
            List.of(Simcse.COMMAND, "--version"));

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("needs Java 17 or later").contains("Install a JDK");
  }
}
