package org.simcse.tests.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.SimCse;
import org.simcse.core.SimCseBuilder;
import org.simcse.core.embed.Prompt;
import org.simcse.core.modeldir.ModelDirectory;
import org.simcse.core.modeldir.SentenceModule;
import org.simcse.core.train.OutputMode;
import org.simcse.core.train.Trainer;
import org.simcse.core.train.TrainingConfig;
import org.simcse.core.train.TrainingPlan;
import org.simcse.core.weights.Checkpoint;
import org.simcse.core.weights.SafetensorsWriter;

/** A model is embedded with, trained and saved with everything that it has behind its pooler. */
class ModuleChainTest {
  private static final List<String> TEXTS = List.of("a man is playing", "two dogs run", "");

  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void writeRows() throws IOException {
    StringBuilder rows = new StringBuilder("anchor,positive\n");
    for (int i = 0; i < 16; i++) {
      rows.append("the cat sees thing %d,it sees number %d\n".formatted(i, i));
    }
    Files.writeString(folder.resolve("texts.csv"), rows);
  }

  private static Path model(String name) {
    return ModelDirectoriesContract.model(name);
  }

  /** The directory without the MLP that the weights of all of them happen to hold. */
  private Path withoutMlp(String name) throws IOException {
    Path copy = folder.resolve("model");
    try (Stream<Path> files = Files.walk(model(name))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = copy.resolve(model(name).relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
    Map<String, HostTensor> tensors = new HashMap<>();
    try (Checkpoint weights = ModelDirectory.open(model(name)).openWeights()) {
      weights.names().stream()
          .filter(tensor -> !tensor.startsWith("mlp."))
          .forEach(tensor -> tensors.put(tensor, weights.read(tensor)));
    }
    SafetensorsWriter.write(copy.resolve("model.safetensors"), tensors);
    return copy;
  }

  private Path train(String model, Map<String, String> more) throws IOException {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("model", withoutMlp(model).toString());
    settings.put("train-file", folder.resolve("texts.csv").toString());
    settings.put("backend", "reference");
    settings.put("batch-size", "8");
    settings.put("max-steps", "2");
    settings.put("learning-rate", "1e-2");
    Path output = folder.resolve("run");
    TrainingConfig config = TrainingConfig.defaults().with(settings);
    try (Trainer trainer = TrainingPlan.of(config, output, OutputMode.NEW, List.of()).open()) {
      trainer.train();
    }
    return output.resolve("last");
  }

  private static List<float[]> embed(Path model, String... pooler) {
    SimCseBuilder builder = SimCse.builder().backend("reference").model(model);
    List.of(pooler).forEach(builder::pooler);
    try (SimCse simcse = builder.open()) {
      return simcse.embed(TEXTS);
    }
  }

  private static void assertSame(List<float[]> actual, List<float[]> expected) {
    for (int text = 0; text < expected.size(); text++) {
      assertThat(actual.get(text)).containsExactly(expected.get(text), within(1e-6f));
    }
  }

  /** With and without its own name given; another pooler has none of the modules. */
  @Test
  void namingTheModelsOwnPoolerChangesNothing() {
    Path model = model("dense-two");
    assertSame(embed(model, "avg"), embed(model));
    assertThat(embed(model).get(0)).hasSize(16);
    assertThat(embed(model, "max").get(0)).hasSize(32);
  }

  /** A saved model opens with the vectors that sentence-transformers' files alone give. */
  @ParameterizedTest
  @CsvSource({
    "dense-two, none, 2",
    "dense-two, train-only, 2",
    "dense-two, train-and-test, 2",
    "dense-residual, train-and-test, 1",
    "st54, train-and-test, 0",
    "pool-mean+max, train-and-test, 0"
  })
  void theWholeChainIsTrainedAndSaved(String name, String mlp, int modules) throws IOException {
    Path saved = train(name, Map.of("mlp", mlp));
    ModelDirectory directory = ModelDirectory.open(saved);
    assertThat(directory.metadata().modules()).hasSize(modules);
    ModelDirectory source = ModelDirectory.open(model(name));
    assertThat(directory.metadata().normalize()).isEqualTo(source.metadata().normalize());
    assertThat(directory.metadata().maxLength()).isEqualTo(source.metadata().maxLength());
    for (int i = 0; i < modules; i++) {
      assertThat(weights(directory.metadata().modules().get(i)))
          .isNotEqualTo(weights(source.metadata().modules().get(i)));
    }
    List<float[]> vectors = embed(saved);
    assertThat(vectors.get(0)).isNotEqualTo(embed(model(name)).get(0));
    Files.delete(saved.resolve("simcse.json"));
    assertSame(embed(saved), vectors);
  }

  private static float[] weights(SentenceModule module) {
    try (Checkpoint weights = Checkpoint.open(((SentenceModule.Dense) module).weights())) {
      return weights.read("linear.weight").toFloats();
    }
  }

  @Test
  void aRunIsResumedWithItsModules() throws IOException {
    Path saved = train("dense-two", Map.of("mlp", "none"));
    Path output = folder.resolve("run");
    TrainingConfig config = TrainingConfig.defaults().with(TrainingPlan.settingsOf(output));
    try (Trainer trainer = TrainingPlan.of(config, output, OutputMode.RESUME, List.of()).open()) {
      assertThat(trainer.train().steps()).isEqualTo(2);
    }
    assertThat(ModelDirectory.open(saved).metadata().modules()).hasSize(2);
  }

  @Test
  void promptsAreChosenByNameOrGivenAsText() {
    try (SimCse simcse = SimCse.builder().backend("reference").model(model("st-prompt")).open()) {
      List<float[]> byDefault = simcse.embed(TEXTS);
      assertSame(simcse.embed(TEXTS, Prompt.named("query")), byDefault);
      assertSame(simcse.embed(TEXTS, Prompt.text("a man: ")), byDefault);
      assertSame(simcse.embed(TEXTS, Prompt.named("document")), embed(model("st-mean")));
      assertSame(simcse.embed(TEXTS, Prompt.none()), embed(model("st-mean")));
      assertSame(simcse.embed(TEXTS, Prompt.ofQueries()), byDefault);
      assertSame(simcse.embed(TEXTS, Prompt.ofDocuments()), embed(model("st-mean")));
      assertThatThrownBy(() -> simcse.embed(TEXTS, Prompt.named("passage")))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("The model has no prompt 'passage'; it has query, document.");
    }
  }
}
