package org.simcse.plugins.distilbert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simcse.api.error.CheckpointException;
import org.simcse.core.SimCse;
import org.simcse.core.modeldir.ModelDirectory;
import org.simcse.core.train.Start;
import org.simcse.core.train.Trainer;
import org.simcse.core.train.TrainingConfig;
import org.simcse.core.train.TrainingPlan;
import org.simcse.core.weights.Checkpoint;

/**
 * A tiny DistilBERT with random weights gives the vectors that sentence-transformers 6.2.0 with
 * transformers 5.24.0 gave, on the backend of the system property {@code simcse.backend}; and is
 * trained and saved as any other model.
 */
class DistilBertTest {
  private static final String BACKEND = System.getProperty("simcse.backend", "reference");

  @TempDir private Path folder = Path.of("");

  private static Path resource(String name) {
    try {
      return Path.of(Objects.requireNonNull(DistilBertTest.class.getResource(name), name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<float[]> embed(Path model, List<String> texts) {
    try (SimCse simcse = SimCse.builder().backend(BACKEND).model(model).open()) {
      return simcse.embed(texts);
    }
  }

  @Test
  void vectorsEqualThoseOfSentenceTransformers() throws IOException {
    List<String> texts = Files.readAllLines(resource("texts.txt"));
    ByteBuffer expected =
        ByteBuffer.wrap(Files.readAllBytes(resource("tiny/expected.npy")))
            .order(ByteOrder.LITTLE_ENDIAN);
    int start = 10 + expected.getShort(8); // magic, version, length of the header, header
    List<float[]> vectors = embed(resource("tiny"), texts);
    assertThat(vectors).hasSize(7).allMatch(vector -> vector.length == 32);
    for (int i = 0; i < 7 * 32; i++) {
      assertThat(vectors.get(i / 32)[i % 32])
          .as("text %d, place %d", i / 32, i % 32)
          .isCloseTo(expected.getFloat(start + i * Float.BYTES), within(2e-5f));
    }
  }

  @Test
  void aTrainedModelKeepsItsNamesAndOpensWithTheSameVectors() throws IOException {
    Path texts = folder.resolve("texts.txt");
    Files.writeString(texts, "the cat sees things\nmy friend runs\na dog sleeps\nit is late\n");
    Path output = folder.resolve("run");
    TrainingConfig config =
        TrainingConfig.defaults()
            .with(
                Map.of(
                    "model", resource("tiny").toString(),
                    "train-file", texts.toString(),
                    "backend", BACKEND,
                    "batch-size", "4",
                    "max-steps", "2",
                    "mlp", "train-and-test",
                    "dropout", "0.3"));
    try (Trainer trainer = TrainingPlan.of(config, output, Start.NEW, List.of()).open()) {
      trainer.train();
    }
    Path saved = output.resolve("last");
    ModelDirectory directory = ModelDirectory.open(saved);
    assertThat(directory.config())
        .containsEntry("dropout", 0.3)
        .containsEntry("attention_dropout", 0.3)
        .doesNotContainKey("hidden_dropout_prob");
    assertThat(Files.readString(saved.resolve("1_Pooling/config.json")))
        .contains("\"word_embedding_dimension\" : 32");
    try (Checkpoint weights = directory.openWeights()) {
      assertThat(weights.names())
          .contains("distilbert.transformer.layer.2.attention.q_lin.weight", "mlp.dense.weight");
    }
    List<float[]> vectors = embed(saved, List.of("the cat sees things"));
    Files.delete(saved.resolve("simcse.json")); // what sentence-transformers reads alone
    assertThat(embed(saved, List.of("the cat sees things")).get(0))
        .containsExactly(vectors.get(0), within(1e-6f));
  }

  /** Without dropout the two views of a text are the same: the plan says so. */
  @Test
  void aModelWithoutDropoutIsWarnedOf() throws IOException {
    Path texts = folder.resolve("texts.txt");
    Files.writeString(texts, "one\ntwo\nthree\n");
    TrainingConfig config =
        TrainingConfig.defaults()
            .with(
                Map.of(
                    "model", resource("tiny").toString(),
                    "train-file", texts.toString(),
                    "backend", BACKEND));
    TrainingPlan plan = TrainingPlan.of(config, folder.resolve("run"), Start.NEW, List.of());
    assertThat(plan.warnings()).anyMatch(warning -> warning.contains("Dropout is 0"));
    TrainingPlan dropping =
        TrainingPlan.of(config.with("dropout", 0.3), folder.resolve("run"), Start.NEW, List.of());
    assertThat(dropping.warnings()).noneMatch(warning -> warning.contains("Dropout is 0"));
  }

  @Test
  void weightsOfAnotherTypeAreNamedForWhatTheyLack() throws IOException {
    Path bert = folder.resolve("bert");
    Files.createDirectories(bert);
    for (String name : List.of("config.json", "tokenizer.json")) {
      Files.copy(resource("tiny/" + name), bert.resolve(name));
    }
    try (Checkpoint weights = ModelDirectory.open(resource("tiny")).openWeights()) {
      org.simcse.core.weights.SafetensorsWriter.write(
          bert.resolve("model.safetensors"),
          Map.of(
              "bert.embeddings.word_embeddings.weight",
              weights.read("embeddings.word_embeddings.weight")));
    }
    assertThatThrownBy(
            () -> SimCse.builder().backend(BACKEND).model(bert).pooler("avg").open().close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("lacks distilbert.embeddings.LayerNorm.bias")
        .hasMessageContaining("it holds bert.embeddings.word_embeddings.weight")
        .hasMessageContaining("another model_type than 'distilbert'");
  }
}
