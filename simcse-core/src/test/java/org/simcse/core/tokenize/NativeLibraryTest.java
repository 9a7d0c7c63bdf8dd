package org.simcse.core.tokenize;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the native library is found; each case in a JVM of its own, for it is loaded once. */
class NativeLibraryTest {
  /** Tokenises one text. */
  static final class Main {
    public static void main(String[] args) {
      try (var tokenizer = TextTokenizer.open(Texts.whole(Path.of(args[0])), 1)) {
        System.out.println("ids " + Texts.ids(tokenizer, "Hi"));
      } catch (RuntimeException e) {
        System.out.println(e);
      }
    }
  }

  @Test
  void aLibraryThatIsNotThereIsNamed(@TempDir Path directory) throws Exception {
    Path missing = directory.resolve("libtokenizers.so");
    assertThat(run(directory, "-DRUST_LIBRARY_PATH=" + missing))
        .startsWith("org.simcse.api.error.BackendException: The native library of the tokenizers")
        .contains(missing.toString())
        .contains("ai.djl.huggingface:tokenizers");
  }

  /** What a launcher does so that the first start has nothing to extract. */
  @Test
  void aLibraryLaidOutBeforehandIsUsedInPlace(@TempDir Path directory) throws Exception {
    Path cache = Files.createDirectory(directory.resolve("cache"));
    assertThat(run(cache)).isEqualTo("ids [2, 49, 366, 3]");
    Path extracted = onlyFile(cache);
    Path unused = Files.createDirectory(directory.resolve("unused"));
    assertThat(run(unused, "-DRUST_LIBRARY_PATH=" + extracted)).isEqualTo("ids [2, 49, 366, 3]");
    assertThat(unused).isEmptyDirectory();
  }

  private static Path onlyFile(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory).filter(Files::isRegularFile)) {
      return files
          .reduce(
              (a, b) -> {
                throw new AssertionError(a + " and " + b);
              })
          .orElseThrow();
    }
  }

  private static String run(Path cache, String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-DDJL_CACHE_DIR=" + cache);
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", everyPath(), Main.class.getName()));
    command.add(Texts.tiny("tiny-bert").toString());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  /** This JVM's class path and module path as one class path. */
  private static String everyPath() throws Exception {
    Path tests = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    return String.join(
        System.getProperty("path.separator"),
        tests.resolveSibling("test-classes").toString(),
        Objects.requireNonNullElse(System.getProperty("jdk.module.path"), ""),
        System.getProperty("java.class.path"));
  }
}
