package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that fetch, and as they are killed. */
class HubIT {
  private static final String WEIGHTS = "model.safetensors";

  @TempDir private Path directory = Path.of("");
  private HubServer server;

  @BeforeEach
  void start() throws IOException {
    server = HubServer.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Map<String, String> environment(String... more) {
    Map<String, String> environment = new HashMap<>();
    environment.put("HF_ENDPOINT", server.address());
    environment.put("HF_HOME", directory.resolve("hf").toString());
    for (int i = 0; i < more.length; i += 2) {
      environment.put(more[i], more[i + 1]);
    }
    return environment;
  }

  private static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>(List.of(Simcse.COMMAND));
    command.addAll(Arrays.asList(arguments));
    return command;
  }

  private Process started(String... arguments) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command(arguments))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("out-" + System.nanoTime()).toFile());
    builder.environment().putAll(environment());
    return builder.start();
  }

  @Test
  void aKilledFetchIsContinuedAndTheModelOpensOffline() throws Exception {
    Path model = Models.tinyBert(directory);
    server.with(model);
    byte[] weights = Files.readAllBytes(model.resolve(WEIGHTS));
    int size = weights.length;
    server.answering("cdn/" + HubServer.COMMIT + "/" + WEIGHTS, HubServer.half(60_000));
    Process killed = started("model", "info", "org/tiny");
    String blob = HubServer.hash("SHA-256", weights);
    Path half = directory.resolve("hf/hub/models--org--tiny/blobs/" + blob + ".simcse.incomplete");
    for (int i = 0; i < 1200 && (!Files.exists(half) || Files.size(half) < size / 2); i++) {
      Thread.sleep(50);
    }
    killed.destroyForcibly().waitFor();
    assertThat(half).hasSize(size / 2);

    Simcse.Result resumed =
        Simcse.run(environment(), command("model", "info", "--quiet", "org/tiny"));
    assertThat(resumed.out()).contains("org/tiny@" + HubServer.COMMIT, "type               bert");
    assertThat(resumed.err()).isEmpty();
    assertThat(server.downloads(WEIGHTS))
        .extracting(HubServer.Request::range)
        .containsExactly(null, "bytes=" + size / 2 + "-");
    assertThat(half).doesNotExist();

    int requests = server.requests().size();
    Simcse.Result offline =
        Simcse.run(
            environment("HF_HUB_OFFLINE", "1"),
            command("embed", "--model", "org/tiny", "--pooler", "avg", "A sentence."));
    assertThat(offline.message()).isEmpty();
    assertThat(offline.out().lines()).hasSize(1);
    assertThat(server.requests()).hasSize(requests);
  }

  @Test
  void ofTwoProcessesOneFetches() throws Exception {
    server.with(Models.tinyBert(directory));
    Process one = started("model", "info", "org/tiny");
    Process two = started("model", "info", "org/tiny");
    assertThat(one.waitFor(60, TimeUnit.SECONDS) && two.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(one.exitValue() + two.exitValue()).isZero();
    assertThat(server.downloads(WEIGHTS)).hasSize(1);
  }

  @Test
  void aRunFromTheHubIsResumedFromTheSameCommit() throws Exception {
    server.with(Models.tinyBert(directory));
    Path rows = Files.writeString(directory.resolve("rows.txt"), "a bird\na dog\na cat\na fish\n");
    Path run = directory.resolve("run");
    Simcse.Result trained =
        Simcse.run(
            environment(),
            command(
                "train",
                "--model",
                "org/tiny",
                "--train-file",
                rows.toString(),
                "--max-steps",
                "1",
                "--batch-size",
                "2",
                "--output",
                run.toString()));
    assertThat(trained.status()).as(trained.err()).isZero();
    assertThat(trained.err()).contains("org/tiny@" + HubServer.COMMIT);
    int requests = server.requests().size();
    Simcse.Result resumed =
        Simcse.run(environment(), command("train", "--resume", "--output", run.toString()));
    assertThat(resumed.status()).as(resumed.err()).isZero();
    assertThat(server.requests()).hasSize(requests);
  }

  @Test
  void withoutANetworkTheFilesToPlaceAreListed() throws Exception {
    Path to = directory.resolve("data");
    Files.createDirectories(to.resolve("CR"));
    Simcse.Result result =
        Simcse.run(
            environment("HF_HUB_OFFLINE", "1"), command("data", "fetch", "--to", to.toString()));
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out().lines())
        .hasSize(69)
        .contains(
            "missing      142650  ec94532766f6f962094841ab3bee2ad6f232f996c3756825a91e78bcc294750f  CR/custrev.neg");
    assertThat(result.message())
        .startsWith(
            "simcse: The dataset princeton-nlp/datasets-for-simcse is not in the hub's cache")
        .contains("HF_HUB_OFFLINE is set", "Place the missing files listed above in " + to)
        .endsWith("and name it with --archive.");
    assertThat(to.resolve("CR")).isEmptyDirectory();
  }

  @Test
  void theDataAreFetchedCheckedAndLeftAlone() throws Exception {
    String data = System.getenv("SIMCSE_DATA");
    assumeTrue(data != null, "SIMCSE_DATA names no directory of research data");
    Path archive = directory.resolve("senteval.tar");
    Process tar =
        new ProcessBuilder("tar", "-cf", archive.toString(), "-C", data, "senteval").start();
    assumeTrue(tar.waitFor() == 0, "There is no tar");
    server
        .ofData("princeton-nlp/datasets-for-simcse")
        .with("senteval.tar", Files.readAllBytes(archive));
    server.answering("cdn/" + HubServer.COMMIT + "/senteval.tar", HubServer.half(0));

    Path to = directory.resolve("data");
    Files.createDirectories(to.resolve("CR"));
    Path wrong = Files.writeString(to.resolve("CR/custrev.neg"), "mine");
    Simcse.Result refused =
        Simcse.run(environment(), command("data", "fetch", "--to", to.toString()));
    assertThat(refused.message()).contains("CR/custrev.neg", "replace them with --overwrite");
    assertThat(wrong).hasContent("mine");
    assertThat(server.requests()).isEmpty();

    Simcse.Result fetched =
        Simcse.run(environment(), command("data", "fetch", "--overwrite", "--to", to.toString()));
    assertThat(fetched.out()).isEqualTo(to + " holds all 69 files, 69 of them new.\n");
    assertThat(fetched.message())
        .matches(
            "simcse: Fetching the dataset princeton-nlp/datasets-for-simcse from http://127\\S+ \\(\\d+\\.\\d MB\\)\\.");
    assertThat(server.downloads("senteval.tar")).hasSize(2);

    Simcse.Result again =
        Simcse.run(environment(), command("data", "fetch", "--to", to.toString()));
    assertThat(again.out()).isEqualTo(to + " holds all 69 files, 0 of them new.\n");
    Files.delete(wrong);
    Simcse.Result checked = Simcse.run("data", "check", to.toString());
    assertThat(checked.status()).isEqualTo(1);
    assertThat(checked.out()).contains("\n68 of 69 files are right.\n").startsWith("missing ");
    assertThat(server.downloads("senteval.tar")).hasSize(2);
  }
}
