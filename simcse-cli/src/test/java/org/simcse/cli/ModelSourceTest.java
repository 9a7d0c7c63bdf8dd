package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simcse.api.error.CheckpointException;
import org.simcse.core.modeldir.ModelDirectory;
import org.simcse.core.modeldir.ModelSource;
import org.simcse.core.train.OutputMode;
import org.simcse.core.train.TrainingConfig;
import org.simcse.core.train.TrainingPlan;

class ModelSourceTest {
  private static final String NAMED = "org/tiny@" + HubServer.COMMIT;

  @TempDir private Path directory = Path.of("");
  private HubServer server;
  private ModelSource source;

  @BeforeEach
  void start() throws IOException {
    server = HubServer.start().with(Models.tinyBert(directory));
    source =
        ModelSource.of(
            Map.of("HF_ENDPOINT", server.address(), "HF_HOME", directory.resolve("hf").toString()));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aModelOfTheHubIsNamedByItsCommit() {
    ModelDirectory model = source.open("org/tiny");
    assertThat(model.source()).isEqualTo(NAMED);
    assertThat(model.modelType()).isEqualTo("bert");
    assertThat(source.lasting("org/tiny")).isEqualTo(NAMED);
    int requests = server.requests().size();
    assertThat(source.open(NAMED).source()).isEqualTo(NAMED);
    assertThat(server.requests()).hasSize(requests);
  }

  @Test
  void anExistingPathIsNeverAskedFor() {
    // A name as those of the hub.
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> source.open("src/test"))
        .withMessageContaining("src/test has no config.json");
    assertThat(source.lasting("src/test"))
        .isEqualTo(Path.of("src/test").toAbsolutePath().toString());
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void theEmbeddedModelHasAName() {
    assertThat(source.open("default").source()).contains("(embedded)");
    assertThat(source.lasting("default")).isEqualTo("default");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void aNameThatIsNeitherIsRefusedWithoutARequest() {
    for (String name : List.of("nope", "./org/tiny", "a/b/c")) {
      assertThatExceptionOfType(CheckpointException.class)
          .isThrownBy(() -> source.open(name))
          .withMessageContaining("or a model of the hub as ORG/NAME or ORG/NAME@REVISION");
    }
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void aRunKeepsTheCommitThatItStartedFrom() throws IOException {
    Path rows = Files.writeString(directory.resolve("rows.txt"), "one\ntwo\nthree\n");
    TrainingConfig config =
        TrainingConfig.defaults().with(Map.of("model", "org/tiny", "train-file", rows.toString()));
    TrainingPlan plan =
        TrainingPlan.of(config, directory.resolve("run"), OutputMode.NEW, List.of(), source);
    assertThat(plan.lines()).anyMatch(line -> line.contains(NAMED));
  }

  @Test
  void nothingIsFetchedForARunThatCannotBegin() throws IOException {
    Path output = Files.createDirectory(directory.resolve("run"));
    Files.writeString(output.resolve("mine.txt"), "");
    TrainingConfig config = TrainingConfig.defaults().with("model", "org/tiny");
    assertThatExceptionOfType(RuntimeException.class)
        .isThrownBy(() -> TrainingPlan.of(config, output, OutputMode.NEW, List.of(), source));
    assertThat(server.requests()).isEmpty();
  }
}
