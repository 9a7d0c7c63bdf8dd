package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.simcse.api.spi.BackendProvider;
import org.simcse.api.spi.Providers;

/** Starts the image that the build made, as its users do: on the module path, in a process. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "runs the bash launcher")
class LauncherIT {
  private static final Path LAUNCHER = Path.of("target/image/bin/simcse").toAbsolutePath();

  @TempDir private Path folder;
  private Path home;

  record Result(int status, String out, String err) {}

  static Stream<String> backends() {
    return Providers.backends(List.of()).all().stream().map(BackendProvider::name);
  }

  @BeforeEach
  void makeAnEmptyHome() throws IOException {
    home = Files.createDirectory(folder.resolve("home"));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void everyBackendEmbedsAndWritesNothingIntoHomeOrTemporaryFolders(String backend)
      throws Exception {
    Result result = run(LAUNCHER, "embed", "--backend", backend, "A sentence.");

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out().strip().split(" ")).hasSize(384);
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void itRunsThroughSymbolicLinksAndFromFoldersWithSpaces() throws Exception {
    Path spaced = Files.createDirectory(folder.resolve("a folder"));
    Path second = Files.createSymbolicLink(spaced.resolve("second"), LAUNCHER);
    Path first = Files.createSymbolicLink(folder.resolve("first"), folder.relativize(second));

    Result result = run(first, "--version");

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out()).startsWith("simcse ");
  }

  @Test
  void argumentsKeepTheirLettersInTheLocaleC() throws Exception {
    // Through bash, because this JVM may itself run in the locale C.
    String script = "exec \"$0\" embed $'Gr\\xc3\\xbc\\xc3\\x9fe'";

    Result ascii = run(LAUNCHER, "embed", "Gr??e");
    Result umlauts = run(Path.of("bash"), "-c", script, LAUNCHER.toString());

    assertThat(umlauts.status()).as(umlauts.err()).isZero();
    assertThat(umlauts.out()).isNotEqualTo(ascii.out());
  }

  @Test
  void withoutAnyJavaItSaysHowToInstallOne() throws Exception {
    Path tools = Files.createDirectory(folder.resolve("tools"));
    for (String tool : List.of("bash", "basename", "dirname", "readlink", "sed")) {
      Files.createSymbolicLink(tools.resolve(tool), Path.of("/usr/bin", tool));
    }
    ProcessBuilder builder = builder(LAUNCHER, "--version");
    builder.environment().remove("JAVA_HOME");
    builder.environment().put("PATH", tools.toString());

    Result result = finish(builder);

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("needs Java 17 or later").contains("Install a JDK");
  }

  private Result run(Path launcher, String... arguments) throws Exception {
    return finish(builder(launcher, arguments));
  }

  private ProcessBuilder builder(Path launcher, String... arguments) {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("HOME", home.toString());
    builder.environment().put("LC_ALL", "C");
    // Java takes neither of these from the environment.
    builder
        .environment()
        .put("SIMCSE_JAVA_OPTS", "-Duser.home=" + home + " -Djava.io.tmpdir=" + home);
    return builder;
  }

  private Result finish(ProcessBuilder builder) throws Exception {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("ends within two minutes").isTrue();
    return new Result(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }
}
