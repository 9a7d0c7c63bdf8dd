package org.simcse.core.modeldir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.error.CheckpointException;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.weights.Checkpoint;
import org.simcse.core.weights.SafetensorsWriter;
import org.simcse.core.weights.TinyBert;

class ModelDirectoryTest {
  private static final String TRANSFORMER =
      "{\"idx\": 0, \"path\": \"\", \"type\": \"sentence_transformers.models.Transformer\"}";
  private static final String POOLING =
      "{\"idx\": 1, \"path\": \"1_Pooling\", \"type\": \"sentence_transformers.models.Pooling\"}";
  private static final String DENSE =
      "{\"idx\": 2, \"path\": \"2_Dense\", \"type\": \"sentence_transformers.models.Dense\"}";
  private static final String NORMALIZE =
      "{\"idx\": 2, \"path\": \"2_Normalize\", \"type\": \"sentence_transformers.models.Normalize\"}";

  @TempDir Path folder;

  @BeforeEach
  void copyTinyBert() throws IOException {
    for (String name : new String[] {"config.json", "model.safetensors", "tokenizer.json"}) {
      Files.copy(TinyBert.file(name), folder.resolve(name));
    }
  }

  private void file(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private void modules(String... modules) throws IOException {
    file("modules.json", "[" + String.join(", ", modules) + "]");
  }

  private ModelMetadata metadata() {
    return ModelDirectory.open(folder).metadata();
  }

  @Test
  void aBareDirectorySaysNothingAboutPooling() {
    ModelDirectory model = ModelDirectory.open(folder);
    assertThat(model.metadata()).isEqualTo(ModelMetadata.none());
    assertThat(model.source()).isEqualTo(folder.toString());
    assertThat(model.modelType()).isEqualTo("bert");
    assertThat(model.config()).containsEntry("hidden_size", 32).doesNotContainValue(null);
    try (Checkpoint weights = model.openWeights()) {
      assertThat(weights.names()).contains("bert.embeddings.LayerNorm.weight", "mlp.dense.bias");
    }
  }

  @Test
  void metadataIsReadAsItWasWritten() {
    ModelMetadata written =
        new ModelMetadata(
            Optional.of("cls"),
            Optional.of(HeadMode.TRAIN_ONLY),
            Optional.empty(),
            Optional.of(false),
            Optional.of(32),
            Optional.of(0.05),
            Optional.of(-0.5));
    written.write(folder);
    assertThat(metadata()).isEqualTo(written);
    ModelMetadata.none().write(folder);
    assertThat(metadata()).isEqualTo(ModelMetadata.none());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"head\": \"sometimes\"}  | the field head is sometimes; known are [train-and-test, train-only, none]",
        "{\"pooler\": 3}            | the field pooler is 3, where a string is expected",
        "{\"max_length\": 0}        | the field max_length is 0",
        "{\"max_length\": 1.5}      | the field max_length is 1.5, where a whole number is expected",
        "{\"temperature\": 0}       | the field temperature is 0.0",
        "{\"normalize\": \"yes\"}   | the field normalize is yes, where true or false is expected",
        "[]                         | does not hold a JSON object",
        "{                          | is not valid JSON"
      })
  void damagedMetadataIsReported(String json, String message) throws IOException {
    file("simcse.json", json);
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(this::metadata)
        .withMessageContaining("simcse.json")
        .withMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({"cls_token, cls_before_pooler", "mean_tokens, avg", "max_tokens, max"})
  void poolingOfSentenceTransformersIsRead(String mode, String pooler) throws IOException {
    modules(TRANSFORMER, POOLING, NORMALIZE);
    file(
        "1_Pooling/config.json",
        "{\"word_embedding_dimension\": 32, \"pooling_mode_lasttoken\": false, \"pooling_mode_%s\": true}"
            .formatted(mode));
    file("sentence_bert_config.json", "{\"max_seq_length\": 128, \"do_lower_case\": false}");
    ModelMetadata metadata = metadata();
    assertThat(metadata.pooler()).hasValue(pooler);
    assertThat(metadata.normalize()).hasValue(true);
    assertThat(metadata.maxLength()).hasValue(128);
    assertThat(metadata.head()).isEmpty();
    assertThat(metadata.dense()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"pooling_mode_lasttoken\": true}",
        "{\"pooling_mode_mean_sqrt_len_tokens\": true}",
        "{\"pooling_mode_weightedmean_tokens\": true}",
        "{\"pooling_mode_mean_tokens\": true, \"pooling_mode_cls_token\": true}",
        "{\"pooling_mode_mean_tokens\": false}"
      })
  void anyOtherPoolingIsRefusedByName(String config) throws IOException {
    modules(TRANSFORMER, POOLING);
    file("1_Pooling/config.json", config);
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(this::metadata)
        .withMessageContaining("1_Pooling")
        .withMessageContaining("which is not supported; exactly one of");
  }

  @Test
  void aDenseLayerOfSentenceTransformersIsRead() throws IOException {
    modules(TRANSFORMER, POOLING, DENSE);
    file("1_Pooling/config.json", "{\"pooling_mode_cls_token\": true}");
    file("2_Dense/config.json", dense("torch.nn.modules.activation.Tanh"));
    SafetensorsWriter.write(
        folder.resolve("2_Dense/model.safetensors"),
        Map.of("linear.weight", HostTensor.of(new float[2], 1, 2)));
    assertThat(metadata().dense())
        .hasValue(
            new DenseLayer(
                2,
                1,
                DenseLayer.Activation.TANH,
                true,
                folder.resolve("2_Dense/model.safetensors")));
    assertThat(metadata().normalize()).hasValue(false);
  }

  @Test
  void anotherActivationIsRefusedByName() throws IOException {
    modules(TRANSFORMER, POOLING, DENSE);
    file("1_Pooling/config.json", "{\"pooling_mode_cls_token\": true}");
    file("2_Dense/config.json", dense("torch.nn.modules.activation.GELU"));
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(this::metadata)
        .withMessageContaining("torch.nn.modules.activation.GELU, which is not supported");
  }

  private static String dense(String activation) {
    return "{\"in_features\": 2, \"out_features\": 1, \"bias\": true, \"activation_function\": \"%s\"}"
        .formatted(activation);
  }

  @Test
  void simcseJsonWinsAndItsHeadReplacesTheDenseLayer() throws IOException {
    aDenseLayerOfSentenceTransformersIsRead();
    file("simcse.json", "{\"pooler\": \"cls\", \"head\": \"train-and-test\", \"normalize\": true}");
    ModelMetadata metadata = metadata();
    assertThat(metadata.pooler()).hasValue("cls");
    assertThat(metadata.head()).hasValue(HeadMode.TRAIN_AND_TEST);
    assertThat(metadata.normalize()).hasValue(true);
    assertThat(metadata.dense()).isEmpty();
  }

  @Test
  void theTransformerMayLieInAFolderOfItsOwn() throws IOException {
    Files.createDirectory(folder.resolve("0_Transformer"));
    for (String name : new String[] {"config.json", "model.safetensors", "tokenizer.json"}) {
      Files.move(folder.resolve(name), folder.resolve("0_Transformer").resolve(name));
    }
    modules(TRANSFORMER.replace("\"\"", "\"0_Transformer\""), POOLING);
    file("1_Pooling/config.json", "{\"pooling_mode_mean_tokens\": true}");
    ModelDirectory model = ModelDirectory.open(folder);
    assertThat(model.metadata().pooler()).hasValue("avg");
    model.openWeights().close();
  }

  @Test
  void modulesInAnotherOrderOrOfAnotherKindAreRefused() throws IOException {
    file("1_Pooling/config.json", "{\"pooling_mode_mean_tokens\": true}");
    modules(TRANSFORMER, POOLING, NORMALIZE, DENSE);
    assertRefused("Dense is not supported in place 3");
    modules(TRANSFORMER, POOLING.replace("Pooling\"}", "LSTM\"}"));
    assertRefused("sentence_transformers.models.LSTM is not supported in place 1");
    modules(POOLING);
    assertRefused("Pooling is not supported in place 0");
    modules(TRANSFORMER.replace("\"\"", "\"../elsewhere\""));
    assertRefused("leads out of the model directory");
  }

  private void assertRefused(String message) {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> ModelDirectory.open(folder))
        .withMessageContaining(message);
  }

  @Test
  void aMissingDirectoryIsReported() {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> ModelDirectory.open(folder.resolve("none")))
        .withMessageContaining("none does not exist");
  }

  @ParameterizedTest
  @CsvSource({
    "config.json, has no config.json",
    "model.safetensors, has no weights",
    "tokenizer.json, has no tokenizer"
  })
  void aMissingFileIsReported(String name, String message) throws IOException {
    Files.delete(folder.resolve(name));
    assertRefused(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ nonsense }          | config.json is not valid JSON",
        "{\"hidden_size\": 32} | config.json has no field model_type"
      })
  void aDamagedConfigIsReported(String json, String message) throws IOException {
    file("config.json", json);
    assertRefused(message);
  }

  @Test
  void tokenizersWithoutTokenizerJsonAreFound() throws IOException {
    Files.delete(folder.resolve("tokenizer.json"));
    file("vocab.json", "{}");
    file("merges.txt", "");
    assertThat(ModelDirectory.open(folder).tokenizer())
        .isEqualTo(
            new TokenizerFiles.ByteLevelBpe(
                folder.resolve("vocab.json"), folder.resolve("merges.txt"), false));
    file("vocab.txt", "[PAD]");
    assertThat(ModelDirectory.open(folder).tokenizer())
        .isEqualTo(new TokenizerFiles.WordPiece(folder.resolve("vocab.txt"), true, true, true));
    file("tokenizer_config.json", "{\"do_lower_case\": false, \"strip_accents\": null}");
    assertThat(ModelDirectory.open(folder).tokenizer())
        .isEqualTo(new TokenizerFiles.WordPiece(folder.resolve("vocab.txt"), false, false, true));
  }

  @Test
  void theEmbeddedDefaultIsAWholeMiniLm() throws IOException {
    ModelDirectory model = ModelDirectory.embeddedDefault();
    assertThat(model.modelType()).isEqualTo("bert");
    assertThat(model.metadata().pooler()).hasValue("avg");
    assertThat(model.metadata().normalize()).hasValue(true);
    assertThat(model.metadata().maxLength()).hasValue(256);
    try (var tokenizer = ((TokenizerFiles.Whole) model.tokenizer()).file().openStream()) {
      assertThat(tokenizer.readNBytes(1)).containsExactly('{');
    }
    try (Checkpoint weights = model.openWeights()) {
      assertThat(weights.names()).hasSize(5 + 6 * 16);
      assertThat(weights.shape("bert.embeddings.word_embeddings.weight"))
          .containsExactly(30522, 384);
      assertThat(weights.shape("bert.encoder.layer.5.intermediate.dense.weight"))
          .containsExactly(1536, 384);
      assertThat(weights.read("bert.encoder.layer.5.attention.self.value.weight").toFloats())
          .hasSize(384 * 384);
    }
  }
}
