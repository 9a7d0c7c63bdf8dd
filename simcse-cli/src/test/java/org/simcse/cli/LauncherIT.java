package org.simcse.cli;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
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

  /** An installation without jars, and a Java that writes its arguments and makes archives. */
  private Path skeleton(String name) throws Exception {
    Path image = Files.createDirectories(folder.resolve(name));
    Files.createDirectories(image.resolve("bin"));
    Files.createDirectories(image.resolve("modules"));
    Files.copy(Path.of(Simcse.COMMAND), image.resolve("bin/simcse"), COPY_ATTRIBUTES);
    Path java = Files.createDirectories(folder.resolve("java/bin")).resolve("java");
    Files.writeString(java.resolveSibling("../release"), "JAVA_VERSION=\"25.0.1\"\n");
    Files.writeString(
        java,
        """
        #!/bin/sh
        for argument; do
          case $argument in
            -XX:ArchiveClassesAtExit=*) echo archive >"${argument#*=}" ;;
          esac
          printf '%s\n' "$argument"
        done
        """);
    assertThat(java.toFile().setExecutable(true)).isTrue();
    return image;
  }

  private List<String> start(Path image, Map<String, String> environment) throws Exception {
    Map<String, String> all = new HashMap<>(environment);
    all.put("JAVA_HOME", folder.resolve("java").toString());
    Result result = Simcse.run(all, List.of(image.resolve("bin/simcse").toString(), "an argument"));
    assertThat(result.status()).as(result.err()).isZero();
    return result.out().lines().toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"SIMCSE_JAVA_OPTS", "JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS"})
  void whatTheUserChoosesForTheJvmWins(String variable) throws Exception {
    Path image = skeleton("image");
    assertThat(start(image, Map.of(variable, "")))
        .contains("-XX:+UseSerialGC", "-XX:MaxDirectMemorySize=1t", "-Dfile.encoding=UTF-8")
        .contains("--sun-misc-unsafe-memory-access=allow", "an argument")
        .anyMatch(option -> option.startsWith("-XX:SharedArchiveFile=" + folder));
    String[] collectors = {"-XX:+UseG1GC", "-Xmx1g -XX:+UseZGC", "-XX:-UseSerialGC"};
    for (String collector : collectors) {
      assertThat(start(image, Map.of(variable, collector)))
          .doesNotContain("-XX:+UseSerialGC")
          .contains("-XX:MaxDirectMemorySize=1t");
    }
    assertThat(start(image, Map.of(variable, "-XX:MaxDirectMemorySize=10m -Dsimcse.image=/x")))
        .contains("-XX:+UseSerialGC")
        .doesNotContain("-XX:MaxDirectMemorySize=1t", "-Dsimcse.image=" + image);
    assertThat(start(image, Map.of(variable, "-XX:SharedArchiveFile=mine.jsa")))
        .noneMatch(option -> option.startsWith("-XX:SharedArchiveFile=" + folder));
    assertThat(start(image, Map.of(variable, "--enable-native-access=mine")))
        .anyMatch(option -> option.startsWith("--enable-native-access=ai.djl."));
    assertThat(start(image, Map.of(variable, "@options")))
        .doesNotContain("-XX:+UseSerialGC", "-XX:MaxDirectMemorySize=1t");
  }

  @Test
  void optionsOfTheUserAreSplitButNoPatternsForFiles() throws Exception {
    assertThat(start(skeleton("image"), Map.of("SIMCSE_JAVA_OPTS", "-Da=/* -Db=c")))
        .contains("-Da=/*", "-Db=c");
  }

  @Test
  void anInstallationThatMovedMakesAnotherArchive() throws Exception {
    Path image = skeleton("first place");
    String first = archive(start(image, Map.of()));
    assertThat(first).startsWith(image.toRealPath().toString());
    assertThat(archive(start(image, Map.of()))).isEqualTo(first);

    Path moved = Files.move(image, folder.resolve("second"));
    String second = archive(start(moved, Map.of()));
    assertThat(second).startsWith(moved.toRealPath().toString());
    // Not the one that moved along: Java 25 does not start with it.
    assertThat(moved.relativize(Path.of(second))).isNotEqualTo(image.relativize(Path.of(first)));
  }

  private static String archive(List<String> options) {
    return options.stream()
        .filter(option -> option.startsWith("-XX:SharedArchiveFile="))
        .findFirst()
        .orElseThrow()
        .replaceFirst("[^=]*=", "");
  }

  @Test
  void anInstallationThatCannotBeWrittenStartsWithoutAnArchive() throws Exception {
    Path image = skeleton("image");
    Files.writeString(image.resolve("classes"), "a file where the folder would be");
    assertThat(start(image, Map.of()))
        .contains("an argument")
        .noneMatch(option -> option.contains("SharedArchiveFile"));
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
