package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command as a user starts it. */
class CommandIT {
  private static final String A = "A man is playing a guitar.";
  private static final String B = "Someone plays an instrument.";

  @TempDir private Path directory = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"pytorch", "djl", "tensorflow", "tf"})
  void bothEnginesAgreeToFiveDigits(String backend) throws Exception {
    Simcse.Result result = Simcse.run("similarity", "--backend", backend, A, B);
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).isEqualTo("0.66745\n");
    assertThat(result.status()).isZero();
  }

  /**
   * A proxy that counts: whoever calls home would be seen, and would wait for an answer that never
   * comes.
   */
  @ParameterizedTest
  @ValueSource(strings = {"pytorch", "tensorflow"})
  void nothingIsDownloadedUnpackedOrReported(String backend) throws Exception {
    Path home = Files.createDirectory(directory.resolve("home"));
    try (ServerSocket proxy = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      String host = InetAddress.getLoopbackAddress().getHostAddress();
      int port = proxy.getLocalPort();
      String options =
          "-Duser.home=%s -Dhttp.proxyHost=%s -Dhttp.proxyPort=%d -Dhttps.proxyHost=%s -Dhttps.proxyPort=%d -DsocksProxyHost= -Dhttp.nonProxyHosts="
              .formatted(home, host, port, host, port);
      Simcse.Result result =
          Simcse.run(
              Map.of(
                  "SIMCSE_JAVA_OPTS",
                  options,
                  "HOME",
                  home.toString(),
                  "OPT_OUT_TRACKING",
                  "false"),
              List.of(Simcse.COMMAND, "similarity", "--backend", backend, A, B));
      assertThat(result.out()).isEqualTo("0.66745\n");
      proxy.setSoTimeout(200);
      assertThat(connections(proxy)).as("connections to the proxy").isZero();
    }
    assertThat(home).isEmptyDirectory();
  }

  private static int connections(ServerSocket proxy) throws IOException {
    try {
      proxy.accept().close();
      return 1;
    } catch (SocketTimeoutException e) {
      return 0;
    }
  }

  @Test
  void theEnvironmentGivesDefaultsAndTheOptionWins() throws Exception {
    Map<String, String> environment = Map.of("SIMCSE_BACKEND", "nope");
    Simcse.Result refused = Simcse.run(environment, List.of(Simcse.COMMAND, "embed", "x"));
    assertThat(refused.message()).contains("no backend named 'nope'");
    Simcse.Result done =
        Simcse.run(environment, List.of(Simcse.COMMAND, "embed", "--backend", "pytorch", "x"));
    assertThat(done.status()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"text,1", "jsonl,1", "csv,2"})
  void aFileIsEmbeddedLineByLine(String format, int lines) throws Exception {
    Path file = Files.writeString(directory.resolve("in.txt"), A);
    Simcse.Result result = Simcse.run("embed", "--file", file.toString(), "--format", format);
    assertThat(result.out().lines()).hasSize(lines);
    assertThat(result.err()).isEmpty();
  }

  @Test
  void aColumnIsEmbeddedIntoAFile() throws Exception {
    Path file =
        Files.writeString(directory.resolve("in.csv"), "id,review\n1,good\n2,\"bad, very\"\n");
    Path out = directory.resolve("out.jsonl");
    Simcse.Result result =
        Simcse.run(
            "embed",
            "--file",
            file.toString(),
            "--column",
            "review",
            "--format",
            "jsonl",
            "-o",
            out.toString());
    assertThat(result.status()).isZero();
    assertThat(Files.readAllLines(out))
        .hasSize(2)
        .last()
        .asString()
        .startsWith("{\"text\":\"bad, very\",\"embedding\":[");
  }

  @Test
  void standardInputIsEmbedded() throws Exception {
    Simcse.Result result =
        Simcse.shell("printf 'one\\ntwo\\n\\n' | \"$SIMCSE\" embed --quiet | wc -l");
    assertThat(result.out().strip()).isEqualTo("3");
  }

  @Test
  void ofNoTextsThereIsAHeader() throws Exception {
    Simcse.Result result = Simcse.run("embed", "--format", "csv");
    assertThat(result.out()).startsWith("text,e0,e1,").endsWith(",e383\n").hasLineCount(1);
  }

  @Test
  void standardOutputMayBeNamedAndWhatItHoldsIsKept() throws Exception {
    Path out = directory.resolve("out");
    Simcse.Result result =
        Simcse.shell(
            "(echo before; \"$SIMCSE\" embed --format npy -o /dev/stdout one two; echo after) > "
                + out);
    assertThat(result.status()).as(result.err()).isZero();
    String written = Files.readString(out, StandardCharsets.ISO_8859_1);
    assertThat(written).startsWith("before\n\u0093NUMPY").endsWith("after\n");
    assertThat(written).contains("'shape': (2, 384)");
    assertThat(written).hasSize(7 + 128 + 2 * 384 * Float.BYTES + 6);
  }

  @Test
  void parquetGoesIntoAFileOrAPipe() throws Exception {
    Path file = directory.resolve("out.parquet");
    assertThat(Simcse.run("embed", "--format", "parquet", "-o", file.toString(), "one", "two"))
        .extracting(Simcse.Result::status)
        .isEqualTo(0);
    byte[] written = Files.readAllBytes(file);
    assertThat(new String(written, StandardCharsets.ISO_8859_1))
        .startsWith("PAR1")
        .endsWith("PAR1");
    Path piped = directory.resolve("piped.parquet");
    Simcse.shell("\"$SIMCSE\" embed --format parquet one two | cat > " + piped);
    assertThat(piped).hasBinaryContent(written);
  }

  @Test
  void aPairIsComparedBeforeTheInputEnds() throws Exception {
    Process process = new ProcessBuilder(Simcse.COMMAND, "similarity", "--file", "-").start();
    try {
      Writer in = process.outputWriter(StandardCharsets.UTF_8);
      BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
      // The reader of tables looks two rows ahead.
      in.write((A + "\t" + B + "\n").repeat(3));
      in.flush();
      assertThat(CompletableFuture.supplyAsync(() -> line(out)).get(60, TimeUnit.SECONDS))
          .isEqualTo("0.66745");
      assertThat(process.isAlive()).isTrue();
      in.close();
      assertThat(process.waitFor()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  private static String line(BufferedReader in) {
    try {
      return in.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void pairsAreCompared() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("pairs.txt"), A + "\t" + B + "\n" + A + "\t" + A + "\n");
    assertThat(Simcse.run("similarity", "--file", file.toString()).out())
        .isEqualTo("0.66745\n1.00000\n");
  }

  @Test
  void verboseSaysWhereTheTimeGoes() throws Exception {
    Simcse.Result result = Simcse.run("embed", "--verbose", "x");
    assertThat(result.err())
        .contains("start Java", "start pytorch on CPU", "embed 1 texts of 3 tokens");
    assertThat(result.out().lines()).hasSize(1);
  }

  @Test
  void truncationIsSaid() throws Exception {
    assertThat(Simcse.run("embed", "--max-length", "4", "one two three four").message())
        .isEqualTo("simcse: 1 of 1 texts were longer than 4 tokens and were cut (--max-length).");
  }

  @Test
  void aDeviceThatIsNotThereIsRefused() throws Exception {
    for (String backend : List.of("pytorch", "tensorflow")) {
      Simcse.Result result =
          Simcse.run(
              Map.of("CUDA_VISIBLE_DEVICES", ""),
              List.of(Simcse.COMMAND, "embed", "--backend", backend, "--device", "gpu", "x"));
      assertThat(result.message()).contains("GPU", "--device cpu");
      assertThat(result.status()).isEqualTo(1);
    }
  }

  @Test
  void theEnginesAreListed() throws Exception {
    assertThat(Simcse.run("backends").out())
        .contains(
            "pytorch",
            "djl",
            "tensorflow",
            "tf",
            "simcse-djl",
            "simcse-tf",
            "2.7.1",
            "refuses:  nothing");
  }

  @Test
  void aModelDirectoryIsDescribed() throws Exception {
    assertThat(Simcse.run("model", "info").out())
        .contains("all-minilm-l6-v2", "384", "avg", "normalize          true");
    assertThat(Simcse.run("model", "info", Models.tinyBert(directory).toString()).out())
        .contains("hidden size        32", "choose one with --pooler");
  }
}
