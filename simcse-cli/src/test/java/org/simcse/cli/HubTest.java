package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.error.SimCseException;
import org.simcse.core.hub.FetchListener;
import org.simcse.core.hub.Hub;
import org.simcse.core.hub.HubRepository;
import org.simcse.core.hub.HubSettings;
import org.simcse.core.hub.Patience;

/** The hub's client, against a server of the test's own. */
class HubTest {
  private static final String WEIGHTS = "model.safetensors";
  private static final byte[] CONTENT = random(3 << 20);

  @TempDir private Path home = Path.of("");
  private HubServer server;

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  @BeforeEach
  void start() throws IOException {
    server =
        HubServer.start()
            .with("config.json", "{}")
            .with("tokenizer.json", "{\"model\": {}}")
            .with(WEIGHTS, CONTENT)
            .with("pytorch_model.bin", "a pickle")
            .with("README.md", "text")
            .with("onnx/model.onnx", "another form");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Hub hub(String... variables) {
    return hub(FetchListener.SILENT, variables);
  }

  private Hub hub(FetchListener listener, String... variables) {
    Map<String, String> environment = new HashMap<>();
    environment.put("HF_ENDPOINT", server.address());
    environment.put("HF_HOME", home.toString());
    for (int i = 0; i < variables.length; i += 2) {
      environment.put(variables[i], variables[i + 1]);
    }
    return new Hub(
        HubSettings.of(environment),
        listener,
        new Patience(Duration.ofMillis(5), Duration.ofMillis(400)));
  }

  private static HubRepository named(String name) {
    return HubRepository.model(name).orElseThrow();
  }

  private Path fetched(Hub hub) {
    return hub.model(named(HubServer.REPOSITORY), false).folder();
  }

  private void refused(Hub hub, String name, String... parts) {
    assertThatExceptionOfType(SimCseException.class)
        .isThrownBy(() -> hub.model(named(name), false))
        .satisfies(e -> assertThat(e.getMessage()).contains(parts).endsWith("."));
  }

  private Path cache() {
    return home.resolve("hub/models--org--tiny");
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  private Path incomplete() {
    return cache().resolve("blobs/" + HubServer.hash("SHA-256", CONTENT) + ".simcse.incomplete");
  }

  private void leftBehind(byte[] content) throws IOException {
    Files.createDirectories(incomplete().getParent());
    Files.write(incomplete(), content);
  }

  @Test
  void neededFilesAreKeptInTheLayoutOfPythonAndNotAskedForAgain() throws IOException {
    Hub.Snapshot snapshot = hub().model(named(HubServer.REPOSITORY), false);
    assertThat(snapshot.repository()).hasToString("org/tiny@" + HubServer.COMMIT);
    assertThat(snapshot.folder()).isEqualTo(cache().resolve("snapshots/" + HubServer.COMMIT));
    assertThat(files(snapshot.folder()))
        .containsExactly("config.json", "model.safetensors", "tokenizer.json");
    Path weights = snapshot.folder().resolve(WEIGHTS);
    assertThat(weights).hasBinaryContent(CONTENT);
    assertThat(Files.readSymbolicLink(weights))
        .isEqualTo(Path.of("../../blobs/" + HubServer.hash("SHA-256", CONTENT)));
    assertThat(Files.readSymbolicLink(snapshot.folder().resolve("config.json")).getFileName())
        .hasToString("9e26dfeeb6e641a33dae4961196235bdb965b21b"); // git hash-object of {}
    assertThat(cache().resolve("refs/main")).hasContent(HubServer.COMMIT);
    assertThat(cache().resolve("trees/" + HubServer.COMMIT + ".json"))
        .content()
        .contains("\"format_version\" : 1", "\"lfs_sha256\"");
    int requests = server.requests().size();
    assertThat(fetched(hub())).isEqualTo(snapshot.folder());
    assertThat(fetched(hub("HF_HUB_OFFLINE", "1"))).isEqualTo(snapshot.folder());
    assertThat(server.requests()).hasSize(requests);
  }

  @Test
  void aRevisionIsFetchedByItsName() throws IOException {
    hub().model(named("org/tiny@v1"), false);
    assertThat(cache().resolve("refs/v1")).hasContent(HubServer.COMMIT);
    assertThat(cache().resolve("refs/main")).doesNotExist();
    int requests = server.requests().size();
    hub().model(named("org/tiny@" + HubServer.COMMIT), false);
    assertThat(server.requests()).hasSize(requests);
  }

  @Test
  void everyModuleBringsItsFiles() throws IOException {
    server
        .with(
            "modules.json",
            "[{\"path\": \"0_Transformer\"}, {\"path\": \"1_Pooling\"}, {\"path\": \"2_Dense\"}]")
        .with("0_Transformer/config.json", "{}")
        .with("0_Transformer/" + WEIGHTS, "weights")
        .with("1_Pooling/config.json", "{}")
        .with("2_Dense/config.json", "{}")
        .with("2_Dense/pytorch_model.bin", "a pickle")
        .with("2_Dense/" + WEIGHTS, "dense")
        .with("3_Other/config.json", "{}")
        .with("config_sentence_transformers.json", "{}");
    assertThat(files(fetched(hub())))
        .containsExactly(
            "0_Transformer/config.json",
            "0_Transformer/model.safetensors",
            "1_Pooling/config.json",
            "2_Dense/config.json",
            "2_Dense/model.safetensors",
            "config_sentence_transformers.json",
            "modules.json");
  }

  @Test
  void shardsAreFetchedWithTheirIndex() throws IOException {
    try (HubServer sharded = HubServer.start()) {
      sharded
          .with("config.json", "{}")
          .with("model.safetensors.index.json", "{}")
          .with("model-00001-of-00002.safetensors", "1")
          .with("model-00002-of-00002.safetensors", "2")
          .with("model.fp16-00001-of-00001.safetensors", "of another index");
      assertThat(files(fetched(hub("HF_ENDPOINT", sharded.address()))))
          .containsExactly(
              "config.json",
              "model-00001-of-00002.safetensors",
              "model-00002-of-00002.safetensors",
              "model.safetensors.index.json");
    }
  }

  @Test
  void aPickleIsFetchedOnlyIfThatIsAllowed() throws IOException {
    try (HubServer old = HubServer.start()) {
      old.with("config.json", "{}").with("pytorch_model.bin", "a pickle");
      Hub hub = hub("HF_ENDPOINT", old.address());
      refused(hub, "org/tiny", "pytorch_model.bin", "the setting allow-pickle");
      assertThat(old.downloads("pytorch_model.bin")).isEmpty();
      Path folder = hub.model(named("org/tiny"), true).folder();
      assertThat(files(folder)).containsExactly("config.json", "pytorch_model.bin");
      assertThat(fetched(hub)).isEqualTo(folder); // it is here now
    }
  }

  @Test
  void theTokenGoesToTheHubAndNowhereElse() {
    fetched(hub("HF_TOKEN", "hf_secret"));
    assertThat(server.requests())
        .allSatisfy(
            request ->
                assertThat(request.token())
                    .isEqualTo(request.host().startsWith("127") ? "Bearer hf_secret" : null));
    assertThat(server.downloads(WEIGHTS))
        .singleElement()
        .matches(r -> r.host().startsWith("local"));
  }

  @Test
  void theTokenThatPythonSavedIsUsed() throws IOException {
    Files.writeString(home.resolve("token"), "hf_saved\n");
    fetched(hub());
    assertThat(server.requests().get(0).token()).isEqualTo("Bearer hf_saved");
  }

  @Test
  void aRefusalSaysWhatToDo() {
    refused(
        hub(), "org/other", "'org/other' is no local directory", "check the name, or set HF_TOKEN");
    refused(hub("HF_TOKEN", "x"), "org/other", "the token of HF_TOKEN may read");
    refused(hub(), "org/tiny@v7", "org/tiny has no revision 'v7'", server.address() + "/org/tiny");
    server.answering("main", HubServer.status(401, Map.of()));
    refused(hub(), "org/tiny", "no public model of this name");
    server.answering("main", HubServer.status(403, Map.of("X-Error-Code", "GatedRepo")));
    refused(hub(), "org/tiny", "accept them on " + server.address() + "/org/tiny", "HF_TOKEN");
    server.answering(WEIGHTS, HubServer.status(404, Map.of("X-Error-Code", "EntryNotFound")));
    refused(hub(), "org/tiny", "refuses to send model.safetensors", "(status 404)");
    assertThat(cache().resolve("refs/main")).doesNotExist();
  }

  @Test
  void tooManyRequestsAreRepeatedAfterTheTimeThatTheServerAsksFor() {
    server.answering("main", HubServer.status(429, Map.of("Retry-After", "1")));
    long start = System.nanoTime();
    fetched(hub());
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(1));
    assertThat(server.requests()).filteredOn(r -> r.path().endsWith("main")).hasSize(2);
  }

  @Test
  void aLongerTimeIsLeftToTheUser() {
    server.answering("main", HubServer.status(429, Map.of("Retry-After", "300")));
    refused(hub(), "org/tiny", "(status 429): try again in 300 seconds, or set HF_TOKEN");
  }

  @Test
  void aServerThatFailsIsAskedAgainAFewTimes() {
    HubServer.Answer failure = HubServer.status(503, Map.of());
    server.answering("main", failure, failure);
    fetched(hub());
    server.answering("v1", failure, failure, failure, failure, failure);
    refused(hub(), "org/tiny@v1", "not in the hub's cache", "(status 503): try again later");
  }

  @Test
  void aBrokenConnectionIsContinued() {
    server.answering(
        "cdn/" + HubServer.COMMIT + "/" + WEIGHTS, HubServer.half(0), HubServer.half(0));
    AtomicLong received = new AtomicLong();
    assertThat(fetched(hub(counting(received))).resolve(WEIGHTS)).hasBinaryContent(CONTENT);
    assertThat(server.downloads(WEIGHTS))
        .hasSizeGreaterThan(1)
        .last()
        .matches(r -> r.range() != null);
    assertThat(received).hasValue(CONTENT.length);
  }

  @Test
  void aServerThatFallsSilentIsLeftAndTheFileContinued() {
    server.answering("cdn/" + HubServer.COMMIT + "/" + WEIGHTS, HubServer.half(20_000));
    assertThat(fetched(hub()).resolve(WEIGHTS)).hasBinaryContent(CONTENT);
    assertThat(server.downloads(WEIGHTS)).hasSize(2);
  }

  @Test
  void whatAnEarlierProcessLeftIsContinued() throws IOException {
    leftBehind(java.util.Arrays.copyOf(CONTENT, 1000));
    assertThat(fetched(hub()).resolve(WEIGHTS)).hasBinaryContent(CONTENT);
    assertThat(server.downloads(WEIGHTS))
        .singleElement()
        .matches(request -> "bytes=1000-".equals(request.range()));
    assertThat(incomplete()).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 3 << 20, 4 << 20})
  void whatIsLeftOfSomethingElseIsFetchedAgain(int length) throws IOException {
    leftBehind(new byte[length]);
    AtomicLong received = new AtomicLong();
    assertThat(fetched(hub(counting(received))).resolve(WEIGHTS)).hasBinaryContent(CONTENT);
    assertThat(received).hasValue(CONTENT.length);
  }

  @Test
  void aServerThatKnowsNoRangesSendsAll() throws IOException {
    leftBehind(java.util.Arrays.copyOf(CONTENT, 1000));
    server.answering("cdn/" + HubServer.COMMIT + "/" + WEIGHTS, HubServer.whole());
    assertThat(fetched(hub()).resolve(WEIGHTS)).hasBinaryContent(CONTENT);
    assertThat(server.downloads(WEIGHTS)).hasSize(1);
  }

  @Test
  void aFileWithAnotherChecksumIsDeleted() throws IOException {
    HubServer.Answer other =
        (exchange, content) -> HubServer.whole().to(exchange, new byte[content.length]);
    server.answering("cdn/" + HubServer.COMMIT + "/" + WEIGHTS, other);
    refused(hub(), "org/tiny", "model.safetensors was damaged on its way", "fetch it again");
    assertThat(files(cache().resolve("blobs"))).hasSize(2).allMatch(name -> name.length() == 40);
    assertThat(cache().resolve("refs/main")).doesNotExist();
    assertThat(fetched(hub()).resolve(WEIGHTS)).hasBinaryContent(CONTENT);
  }

  @Test
  void aServerThatSendsTooMuchIsStopped() throws IOException {
    HubServer.Answer longer =
        (exchange, content) -> HubServer.whole().to(exchange, random(content.length + 1));
    server.answering("cdn/" + HubServer.COMMIT + "/" + WEIGHTS, longer);
    refused(hub(), "org/tiny", "more than the 3145728 bytes that model.safetensors has");
  }

  @Test
  void withoutANetworkTheCacheMustDo() throws IOException {
    server.close();
    refused(
        hub(),
        "org/tiny",
        "'org/tiny' is no local directory, and it is not in the hub's cache " + home.resolve("hub"),
        server.address() + " cannot be reached",
        "-Dhttps.proxyHost");
    // As transformers leaves it: the files that it asked for, and no list of all.
    Path snapshot = Files.createDirectories(cache().resolve("snapshots/" + HubServer.COMMIT));
    Files.writeString(snapshot.resolve("config.json"), "{}");
    Files.createDirectories(cache().resolve("refs"));
    Files.writeString(cache().resolve("refs/main"), HubServer.COMMIT);
    assertThat(fetched(hub())).isEqualTo(snapshot);
    assertThat(fetched(hub("HF_HUB_OFFLINE", "1"))).isEqualTo(snapshot);
  }

  @Test
  void offlineNothingIsRequested() throws IOException {
    refused(hub("HF_HUB_OFFLINE", "1"), "org/tiny", "HF_HUB_OFFLINE is set: unset it to ask");
    assertThat(server.requests()).isEmpty();
    Path snapshot = fetched(hub());
    Files.delete(snapshot.resolve(WEIGHTS));
    refused(
        hub("TRANSFORMERS_OFFLINE", "yes"),
        "org/tiny",
        "has the model org/tiny without model.safetensors. HF_HUB_OFFLINE is set");
    assertThat(fetched(hub()).resolve(WEIGHTS)).hasBinaryContent(CONTENT); // of the blob
    assertThat(server.downloads(WEIGHTS)).hasSize(1);
  }

  @Test
  void ofSeveralThatFetchOneDoes() {
    List<CompletableFuture<Path>> all =
        IntStream.range(0, 8)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> fetched(hub())))
            .toList();
    assertThat(all.stream().map(CompletableFuture::join).collect(Collectors.toSet())).hasSize(1);
    assertThat(server.downloads(WEIGHTS)).hasSize(1);
  }

  @Test
  void aServerThatListsNoHashesIsAskedForEach() throws IOException {
    server.withoutHashes();
    assertThat(fetched(hub()).resolve(WEIGHTS)).hasBinaryContent(CONTENT);
    assertThat(server.requests()).filteredOn(r -> r.method().equals("HEAD")).hasSize(3);
    assertThat(fetched(hub()).resolve(WEIGHTS)).isSymbolicLink();
    assertThat(server.downloads("")).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../config.json",
        "a/../../config.json",
        "/etc/passwd",
        "..",
        ".",
        "a//b",
        "a/",
        "./a",
        "C:/a",
        "C:a",
        "a\\\\b",
        "\\\\\\\\host\\\\a",
        "a\\u0000b",
        "a\\nb",
        ""
      })
  void aNameThatLeadsElsewhereIsRefused(String name) throws IOException {
    server.answering(
        "main",
        HubServer.body(
            200,
            "{\"sha\": \"%s\", \"siblings\": [{\"rfilename\": \"%s\"}]}"
                .formatted(HubServer.COMMIT, name)));
    refused(hub(), "org/tiny", "which would lie outside of its folder");
    assertThat(home).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"sha\": \"../../x\", \"siblings\": []}",
        "{\"sha\": \"%1$s\", \"siblings\": [{\"rfilename\": \"config.json\", \"size\": 2, \"blobId\": \"../x\"}]}",
        "{\"sha\": \"%1$s\", \"siblings\": [{\"rfilename\": \"config.json\", \"size\": -2, \"blobId\": \"%1$s\"}]}",
        "<html>not a hub</html>"
      })
  void aDescriptionThatCannotBeIsRefused(String description) throws IOException {
    server.answering("main", HubServer.body(200, description.formatted(HubServer.COMMIT)));
    assertThatThrownBy(() -> fetched(hub())).isInstanceOf(SimCseException.class);
    assertThat(files(home)).noneMatch(name -> name.contains("blobs") || name.contains("snapshots"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name",
        "a/b/c",
        "../a",
        "a/..",
        "./a",
        "/a/b",
        "a--b/c",
        "a/b.",
        "-a/b",
        "a/b@",
        "a/b@..",
        "a/b@x/../y",
        "a/b@-x",
        "a/b@/x",
        "a\\b",
        "https://x/y",
        "a/b c",
        "~/a",
        "a/b@x/./y"
      })
  void whatIsNoNameOfTheHubIsNotAskedFor(String name) {
    assertThat(HubRepository.model(name)).isEmpty();
  }

  private static FetchListener counting(AtomicLong received) {
    return new FetchListener() {
      @Override
      public void begins(String source, long bytes) {
        assertThat(source).startsWith("the model org/tiny from http://127");
        assertThat(bytes).isGreaterThanOrEqualTo(CONTENT.length);
      }

      @Override
      public void received(long bytes) {
        received.addAndGet(bytes);
      }

      @Override
      public void ends() {
        received.addAndGet(-2 - 13); // the small files
      }
    };
  }
}
