package org.simcse.plugins.distilbert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
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
import org.simcse.core.train.OutputMode;
import org.simcse.core.train.Trainer;
import org.simcse.core.train.TrainingConfig;
import org.simcse.core.train.TrainingPlan;
import org.simcse.tests.ModelFiles;

/**
 * What of a DistilBERT is its own, on the backend of the system property {@code simcse.backend}.
 */
class DistilBertTest {
  private static final String BACKEND = System.getProperty("simcse.backend", "reference");

  @TempDir private Path folder = Path.of("");

  static Path resource(String name) {
    try {
      return Path.of(Objects.requireNonNull(DistilBertTest.class.getResource(name), name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aTrainedModelHasItsOwnSettingsAndItsWidth() throws IOException {
    Path texts = folder.resolve("texts.txt");
    Files.writeString(texts, "the cat sees things\nmy friend runs\na dog sleeps\nit is late\n");
    Path output = folder.resolve("run");
    TrainingConfig config =
        TrainingConfig.defaults()
            .with(
                Map.of(
                    "model",
                    resource("tiny").toString(),
                    "train-file",
                    texts.toString(),
                    "backend",
                    BACKEND,
                    "batch-size",
                    "4",
                    "max-steps",
                    "2",
                    "dropout",
                    "0.3"));
    try (Trainer trainer = TrainingPlan.of(config, output, OutputMode.NEW, List.of()).open()) {
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
    assertThat(ModelFiles.names(saved))
        .contains("distilbert.transformer.layer.2.attention.q_lin.weight", "mlp.dense.weight");
  }

  @Test
  void weightsOfAnotherTypeAreNamedForWhatTheyLack() throws IOException {
    Path bert = folder.resolve("bert");
    Files.createDirectories(bert);
    for (String name : List.of("config.json", "tokenizer.json")) {
      Files.copy(resource("tiny/" + name), bert.resolve(name));
    }
    ModelFiles.write(
        bert.resolve("model.safetensors"),
        Map.of(
            "bert.embeddings.word_embeddings.weight",
            ModelFiles.read(resource("tiny"), "embeddings.word_embeddings.weight")));
    assertThatThrownBy(
            () -> SimCse.builder().backend(BACKEND).model(bert).pooler("avg").open().close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("lacks distilbert.embeddings.LayerNorm.bias")
        .hasMessageContaining("it holds bert.embeddings.word_embeddings.weight")
        .hasMessageContaining("another model_type than 'distilbert'");
  }
}
