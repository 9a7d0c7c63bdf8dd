package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a user may get wrong, and what may go wrong around the command. Nothing is left
 * half-written.
 */
class BadInputIT {
  @TempDir private Path directory = Path.of("");

  private void assertNothingIsLeft() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(
              files
                  .map(Path::getFileName)
                  .map(Path::toString)
                  .filter(name -> name.contains("vectors")))
          .isEmpty();
    }
  }

  private static void assertRefused(Simcse.Result result, int status, String... parts) {
    assertThat(result.message()).contains(parts).startsWith("simcse: ");
    assertThat(result.status()).isEqualTo(status);
  }

  private Path sentences(int count) throws IOException {
    String text =
        IntStream.range(0, count)
            .mapToObj(i -> "This is sentence number " + i + ".")
            .collect(Collectors.joining("\n"));
    return Files.writeString(directory.resolve("sentences.txt"), text);
  }

  @Test
  void unknownNames() throws Exception {
    assertRefused(
        Simcse.run("embed", "--backend", "nope", "x"),
        2,
        "no backend named 'nope'",
        "pytorch",
        "tensorflow");
    assertRefused(
        Simcse.run("embed", "--pooler", "nope", "x"), 2, "no pooler named 'nope'", "avg_top2");
    assertRefused(
        Simcse.run("embed", "--pooler", "avg:heads", "x"),
        2,
        "'heads' of 'avg:heads' is not of the form option=value");
  }

  @Test
  void bytesThatAreNotUtf8() throws Exception {
    Path file = directory.resolve("bad.txt");
    Files.write(file, new byte[] {'o', 'k', '\n', 'a', (byte) 0xC3, '\n'});
    Path out = directory.resolve("vectors.txt");
    assertRefused(
        Simcse.run("embed", "--file", file.toString(), "-o", out.toString()),
        2,
        "line 2, byte 2 (0xC3) is not UTF-8",
        "--replace-invalid");
    assertNothingIsLeft();
    assertThat(
            Simcse.run(
                    "embed", "--file", file.toString(), "--replace-invalid", "-o", out.toString())
                .status())
        .isZero();
    assertThat(Files.readAllLines(out)).hasSize(2);
  }

  @Test
  void aFileThatIsNotThere() throws Exception {
    assertRefused(
        Simcse.run("embed", "--file", directory.resolve("none").toString()), 2, "does not exist");
  }

  @Test
  void anOutputThatCannotBeWritten() throws Exception {
    assertRefused(
        Simcse.run("embed", "-o", directory.resolve("no/such/vectors").toString(), "x"),
        1,
        "vectors");
    Path file = Files.writeString(directory.resolve("file"), "");
    assertRefused(Simcse.run("embed", "-o", file.resolve("vectors").toString(), "x"), 1, "vectors");
    assertRefused(Simcse.run("embed", "-o", directory.toString(), "x"), 1, "is a directory");
  }

  @Test
  void aDiskThatIsFull() throws Exception {
    Path out = directory.resolve("vectors.txt");
    // A limit on the size of files stands in for a full disk: the write fails half-way.
    Simcse.Result result =
        Simcse.shell(
            "ulimit -f 64; exec \"$SIMCSE\" embed --file " + sentences(200) + " -o " + out);
    assertRefused(result, 1, "vectors");
    assertNothingIsLeft();
    assertRefused(
        Simcse.shell("exec \"$SIMCSE\" embed --file " + sentences(200) + " > /dev/full"),
        1,
        "No space left");
    assertRefused(
        Simcse.shell("exec \"$SIMCSE\" similarity a b > /dev/full"),
        1,
        "Standard output cannot be written: No space left on device.");
  }

  @Test
  void standardStreamsThatAreClosed() throws Exception {
    assertRefused(
        Simcse.shell("exec \"$SIMCSE\" embed <&-"),
        1,
        "standard input cannot be read: it is closed");
    assertRefused(
        Simcse.shell("exec \"$SIMCSE\" embed x >&-"),
        1,
        "Standard output cannot be written: it is closed.");
    Path out = directory.resolve("vectors.txt");
    // The first file that is opened would be standard error.
    Simcse.Result result =
        Simcse.shell("exec \"$SIMCSE\" embed --model nope -o " + out + " x <&- >&- 2>&-");
    assertThat(result.status()).isEqualTo(1);
    assertNothingIsLeft();
  }

  @Test
  void memoryThatIsTooSmall() throws Exception {
    assertRefused(
        Simcse.run(
            Map.of("SIMCSE_JAVA_OPTS", "-Xmx20m"), List.of(Simcse.COMMAND, "similarity", "a", "b")),
        1,
        "Java's heap of ",
        "SIMCSE_JAVA_OPTS=-Xmx2048m");
    Simcse.Result direct =
        Simcse.run(
            Map.of("JDK_JAVA_OPTIONS", "-XX:MaxDirectMemorySize=10m"),
            List.of(Simcse.COMMAND, "similarity", "a", "b"));
    assertThat(direct.message())
        .contains("direct buffer memory", "SIMCSE_JAVA_OPTS=-XX:MaxDirectMemorySize=8g")
        .doesNotContain("\tat ");
    assertThat(direct.status()).isEqualTo(1);
  }

  @Test
  void aProcessKilledHalfWayLeavesNoFileOfThatName() throws Exception {
    Path out = directory.resolve("vectors.txt");
    Files.writeString(out, "as it was");
    Process process =
        new ProcessBuilder(
                List.of(
                    Simcse.COMMAND,
                    "embed",
                    "--file",
                    sentences(50_000).toString(),
                    "-o",
                    out.toString()))
            .start();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(100);
    while (temporarySize() < 100_000 && System.nanoTime() < end) {
      Thread.sleep(50);
    }
    assertThat(temporarySize())
        .as("bytes written when it was killed")
        .isGreaterThanOrEqualTo(100_000);
    process.destroyForcibly().waitFor();
    assertThat(out).hasContent("as it was");
  }

  private long temporarySize() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".tmp"))
          .mapToLong(file -> file.toFile().length())
          .sum();
    }
  }

  @Test
  void aReaderThatHasSeenEnoughEndsTheWriterQuietly() throws Exception {
    Simcse.Result result =
        Simcse.shell(
            "set -o pipefail; \"$SIMCSE\" embed --file "
                + sentences(3000)
                + " | head -n 1 | wc -l; exit ${PIPESTATUS[0]}");
    assertThat(result.out().strip()).isEqualTo("1");
    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isZero();
    Path pairs = Files.writeString(directory.resolve("pairs.txt"), "a\tb\n".repeat(3000));
    Simcse.Result similarity =
        Simcse.shell(
            "\"$SIMCSE\" similarity --file " + pairs + " | head -n 1; exit ${PIPESTATUS[0]}");
    assertThat(similarity.out().lines()).hasSize(1);
    assertThat(similarity.err()).isEmpty();
    assertThat(similarity.status()).isZero();
  }
}
