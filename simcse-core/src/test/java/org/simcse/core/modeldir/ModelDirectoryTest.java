package org.simcse.core.modeldir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.simcse.api.error.CheckpointException;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.weights.Checkpoint;
import org.simcse.core.weights.DataType;
import org.simcse.core.weights.NamedTensor;
import org.simcse.core.weights.SafetensorsWriter;
import org.simcse.core.weights.TinyBert;
import org.simcse.core.weights.WeightsFormat;

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
        ModelMetadata.none()
            .withPooler(Optional.of("cls"))
            .withHead(HeadMode.TRAIN_ONLY, Optional.of(0.05), Optional.of(-0.5))
            .withNormalize(Optional.of(false))
            .withMaxLength(Optional.of(32));
    written.write(folder, List.of());
    assertThat(metadata()).isEqualTo(written);
    ModelMetadata.none().write(folder, List.of());
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
        "{\"pooling\": \"cls\"}     | has the fields [pooling], which are not supported",
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
  @CsvSource(
      delimiter = '|',
      value = {
        "`pooling_mode_cls_token`: true                                    | cls_before_pooler",
        "`pooling_mode_mean_tokens`: true, `word_embedding_dimension`: 32  | avg",
        "`pooling_mode_max_tokens`: true, `pooling_mode_lasttoken`: false  | max",
        "`pooling_mode_mean_sqrt_len_tokens`: true                         | mean_sqrt_len_tokens",
        "`pooling_mode_weightedmean_tokens`: true                          | weightedmean",
        "`pooling_mode_lasttoken`: true                                    | lasttoken",
        "`pooling_mode_mean_tokens`: true, `pooling_mode_max_tokens`: true | max+avg",
        "`pooling_mode_mean_tokens`: false                                 | avg",
        "`pooling_mode`: `mean`, `embedding_dimension`: 32                 | avg",
        "`pooling_mode`: [`mean`, `max`], `include_prompt`: true           | avg+max",
        "`pooling_mode`: [`lasttoken`]                                     | lasttoken"
      })
  void poolingOfSentenceTransformersIsRead(String config, String pooler) throws IOException {
    modules(TRANSFORMER, POOLING, NORMALIZE);
    file("1_Pooling/config.json", "{%s}".formatted(config.replace('`', '"')));
    file("sentence_bert_config.json", "{\"max_seq_length\": 128, \"do_lower_case\": false}");
    ModelMetadata metadata = metadata();
    assertThat(metadata.pooler()).hasValue(pooler);
    assertThat(metadata.normalize()).hasValue(true);
    assertThat(metadata.maxLength()).hasValue(128);
    assertThat(metadata.head()).isEmpty();
    assertThat(metadata.modules()).isEmpty();
    assertThat(metadata.prompts()).isEqualTo(Prompts.none());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "`pooling_mode`: `median`                         | asks for the pooling median",
        "`pooling_mode`: []                               | the field pooling_mode is empty",
        "`pooling_mode`: [`mean`, 3]                      | asks for the pooling 3",
        "`pooling_mode_star_tokens`: true                 | [pooling_mode_star_tokens], which are not supported",
        "`pooling_mode`: `mean`, `layer_weights`: [1, 2]  | [layer_weights], which are not supported",
        "`pooling_mode`: `mean`, `include_prompt`: `no`   | include_prompt is no"
      })
  void anyOtherPoolingIsRefusedByName(String config, String message) throws IOException {
    modules(TRANSFORMER, POOLING);
    file("1_Pooling/config.json", "{%s}".formatted(config.replace('`', '"')));
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(this::metadata)
        .withMessageContaining("1_Pooling")
        .withMessageContaining(message);
  }

  @Test
  void modulesBehindThePoolingAreReadInOrder() throws IOException {
    modules(
        TRANSFORMER,
        POOLING,
        DENSE,
        module("3_Normalize", "Normalize"),
        module("4_Dropout", "Dropout"),
        module("5_LayerNorm", "LayerNorm"),
        module("6_Normalize", "Normalize"));
    file("1_Pooling/config.json", "{\"pooling_mode_cls_token\": true}");
    file(
        "2_Dense/config.json",
        dense("torch.nn.modules.activation.GELU", ", \"use_residual\": true"));
    file("5_LayerNorm/config.json", "{\"dimension\": 1}");
    for (String name : new String[] {"2_Dense", "5_LayerNorm"}) {
      SafetensorsWriter.write(
          Files.createDirectories(folder.resolve(name)).resolve("model.safetensors"),
          Map.of("linear.weight", HostTensor.of(new float[2], 1, 2)));
    }
    assertThat(metadata().modules())
        .containsExactly(
            new SentenceModule.Dense(
                "2_Dense",
                2,
                1,
                SentenceModule.Activation.GELU,
                true,
                true,
                folder.resolve("2_Dense/model.safetensors")),
            new SentenceModule.Normalize("3_Normalize"),
            new SentenceModule.LayerNorm(
                "5_LayerNorm", 1, folder.resolve("5_LayerNorm/model.safetensors")));
    assertThat(metadata().normalize()).hasValue(true);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "torch.nn.modules.activation.SiLU |                                          | activation.SiLU, which is not supported",
        "torch.nn.modules.activation.Tanh | , \"module_input_name\": \"token_embeddings\" | module_input_name is token_embeddings",
        "torch.nn.modules.activation.Tanh | , \"scale\": 2                           | [scale], which are not supported"
      })
  void anyOtherDenseLayerIsRefusedByName(String activation, String more, String message)
      throws IOException {
    modules(TRANSFORMER, POOLING, DENSE);
    file("1_Pooling/config.json", "{\"pooling_mode_cls_token\": true}");
    file("2_Dense/config.json", dense(activation, more == null ? "" : more));
    SafetensorsWriter.write(
        folder.resolve("2_Dense/model.safetensors"),
        Map.of("linear.weight", HostTensor.of(new float[2], 1, 2)));
    assertRefused(message);
  }

  private static String dense(String activation, String more) {
    return "{\"in_features\": 2, \"out_features\": 1, \"bias\": true, \"activation_function\": \"%s\"%s}"
        .formatted(activation, more);
  }

  private static String module(String path, String kind) {
    return "{\"path\": \"%s\", \"type\": \"sentence_transformers.models.%s\"}"
        .formatted(path, kind);
  }

  @Test
  void simcseJsonWinsAndTheLastDenseLayerIsACopyOfItsHead() throws IOException {
    modulesBehindThePoolingAreReadInOrder();
    modules(TRANSFORMER, POOLING, DENSE);
    file("simcse.json", "{\"pooler\": \"cls\", \"head\": \"train-and-test\", \"normalize\": true}");
    ModelMetadata metadata = metadata();
    assertThat(metadata.pooler()).hasValue("cls");
    assertThat(metadata.head()).hasValue(HeadMode.TRAIN_AND_TEST);
    assertThat(metadata.normalize()).hasValue(true);
    assertThat(metadata.modules()).isEmpty();
  }

  @Test
  void promptsAndSimilarityAreRead() throws IOException {
    modules(TRANSFORMER, POOLING);
    file("1_Pooling/config.json", "{\"pooling_mode\": \"mean\", \"include_prompt\": false}");
    file(
        "config_sentence_transformers.json",
        "{\"prompts\": {\"query\": \"q: \", \"document\": \"\"}, \"default_prompt_name\": \"query\", \"similarity_fn_name\": \"dot\"}");
    assertThat(metadata().prompts())
        .isEqualTo(
            new Prompts(Map.of("query", "q: ", "document", ""), Optional.of("query"), false));
    assertThat(metadata().similarity()).hasValue("dot");
    file(
        "config_sentence_transformers.json",
        "{\"prompts\": {}, \"default_prompt_name\": \"query\"}");
    assertRefused("the default_prompt_name is query, but the prompts are []");
    file("config_sentence_transformers.json", "{\"model_type\": \"SparseEncoder\"}");
    assertRefused("says that the model is a SparseEncoder");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sentence_bert_config.json        | {`max_seq_length`: 24}                 | 24",
        "sentence_xlm-roberta_config.json | {`max_seq_length`: 25}                 | 25",
        "tokenizer_config.json            | {`model_max_length`: 26}               | 26",
        "tokenizer_config.json            | {`model_max_length`: 1e30}             |",
        "tokenizer_config.json            | {`model_max_length`: null}             |"
      })
  void theMaximalLengthIsReadFromWhereverItIsKept(String file, String json, Integer length)
      throws IOException {
    file(file, json.replace('`', '"'));
    assertThat(metadata().maxLength()).isEqualTo(Optional.ofNullable(length));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{`max_seq_length`: 24, `query_length`: 8}        | [query_length], which are not supported",
        "{`transformer_task`: `fill-mask`}                | transformer_task is fill-mask",
        "{`model_kwargs`: {`num_hidden_layers`: 3}}       | model_kwargs is {num_hidden_layers=3}",
        "{`modality_config`: {`image`: {}}}               | modality_config has null for text"
      })
  void whatIsNotUnderstoodOfTheTransformerIsRefusedByName(String json, String message)
      throws IOException {
    file("sentence_bert_config.json", json.replace('`', '"'));
    assertRefused(message);
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
    modules(TRANSFORMER, DENSE, POOLING);
    assertRefused("Dense is not supported at index 1");
    modules(TRANSFORMER, POOLING.replace("Pooling\"}", "LSTM\"}"));
    assertRefused("sentence_transformers.models.LSTM, which is not supported");
    modules(TRANSFORMER.replace("sentence_transformers.models", "custom_st"), POOLING);
    assertRefused("custom_st.Transformer, which is not supported");
    modules(TRANSFORMER, POOLING.replace("}", ", \"kwargs\": [\"task\"]}"));
    assertRefused("kwargs");
    modules(POOLING);
    assertRefused("Pooling is not supported at index 0");
    modules(TRANSFORMER.replace("\"\"", "\"../elsewhere\""));
    assertRefused("leads out of the model directory");
  }

  @Test
  void aPoolerThatSentenceTransformersLacksLeavesNoFoldersOfItsModules(@TempDir Path written) {
    ModelDirectory model = ModelDirectory.open(folder);
    ModelMetadata metadata =
        ModelMetadata.none()
            .withHead(HeadMode.TRAIN_AND_TEST, Optional.empty(), Optional.empty())
            .withNormalize(Optional.of(true));
    List<NamedTensor> mlp =
        List.of(
            entry("mlp.dense.weight", new float[4], 2, 2),
            entry("mlp.dense.bias", new float[2], 2));
    write(model, metadata.withPooler(Optional.of("attention")), mlp, written);
    assertThat(written).isDirectoryNotContaining(Files::isDirectory);
    write(model, metadata.withPooler(Optional.of("avg")), mlp, written);
    assertThat(written)
        .isDirectoryContaining(path -> path.endsWith("1_Pooling"))
        .isDirectoryContaining(path -> path.endsWith("2_Dense"))
        .isDirectoryContaining(path -> path.endsWith("3_Normalize"));
  }

  private static void write(
      ModelDirectory model, ModelMetadata metadata, List<NamedTensor> weights, Path directory) {
    new ModelWriter(
            model.config(),
            2,
            model.tokenizer(),
            metadata,
            "mlp.dense",
            ModuleFormat.LEGACY,
            WeightsFormat.SAFETENSORS)
        .write(directory, weights);
  }

  private static NamedTensor entry(String name, float[] values, long... shape) {
    HostTensor tensor = HostTensor.of(values, shape);
    return NamedTensor.of(name, DataType.of(tensor), shape, () -> tensor);
  }

  @Test
  void whatAFailedDownloadLeavesIsNamed() throws IOException {
    file("tokenizer.json", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
    assertRefused("tokenizer.json is a pointer of Git LFS");
    file("config.json", "\n<!DOCTYPE html>\n<html></html>");
    assertRefused("config.json is a web page");
    file("config.json", "");
    assertRefused("config.json is empty");
    file("adapter_config.json", "{\"peft_type\": \"LORA\", \"base_model_name_or_path\": \"b\"}");
    assertRefused("holds an adapter (LORA) for b, not a whole model");
  }

  @Test
  void aFolderOfTheHubsCacheIsOpenedAtItsMainSnapshot() throws IOException {
    Path cache = Files.createDirectories(folder.resolve("models--a--b"));
    Path snapshot = Files.createDirectories(cache.resolve("snapshots/0123"));
    for (String name : new String[] {"config.json", "model.safetensors", "tokenizer.json"}) {
      Files.move(folder.resolve(name), snapshot.resolve(name));
    }
    Path main = Files.createDirectories(cache.resolve("refs")).resolve("main");
    Files.writeString(main, "0123\n");
    assertThat(ModelDirectory.open(cache).modelType()).isEqualTo("bert");
    Files.writeString(main, "4567");
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> ModelDirectory.open(cache))
        .withMessageContaining("without a snapshot for refs/main");
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
    file("merges.txt", "#version: 0.2\n");
    assertThat(ModelDirectory.open(folder).tokenizer().vocabulary())
        .isEqualTo(
            new TokenizerFiles.ByteLevelBpe(
                folder.resolve("vocab.json"), folder.resolve("merges.txt"), false));
    file("vocab.txt", "[PAD]");
    assertThat(ModelDirectory.open(folder).tokenizer().vocabulary())
        .isEqualTo(new TokenizerFiles.WordPiece(folder.resolve("vocab.txt"), true, true, true));
    file("tokenizer_config.json", "{\"do_lower_case\": false, \"strip_accents\": null}");
    assertThat(ModelDirectory.open(folder).tokenizer().vocabulary())
        .isEqualTo(new TokenizerFiles.WordPiece(folder.resolve("vocab.txt"), false, false, true));
  }

  @Test
  void theEmbeddedDefaultIsAWholeMiniLm() throws IOException {
    ModelDirectory model = ModelDirectory.embeddedDefault();
    assertThat(model.modelType()).isEqualTo("bert");
    assertThat(model.metadata().pooler()).hasValue("avg");
    assertThat(model.metadata().normalize()).hasValue(true);
    assertThat(model.metadata().maxLength()).hasValue(256);
    try (var tokenizer =
        ((TokenizerFiles.Whole) model.tokenizer().vocabulary()).file().openStream()) {
      assertThat(tokenizer.readNBytes(1)).containsExactly('{');
    }
    try (Checkpoint weights = model.openWeights()) {
      assertThat(weights.names()).hasSize(5 + 6 * 16 + 1); // position_ids, which are not parameters
      assertThat(weights.shape("embeddings.word_embeddings.weight")).containsExactly(30522, 384);
      assertThat(weights.shape("encoder.layer.5.intermediate.dense.weight"))
          .containsExactly(1536, 384);
      assertThat(weights.read("encoder.layer.5.attention.self.value.weight").toFloats())
          .hasSize(384 * 384);
    }
  }

  @Test
  void filesOfTheEmbeddedModelThatWereUnpackedAreReadWhereTheyLie() throws IOException {
    String name = "all-minilm-l6-v2.onnx";
    Path unpacked = folder.resolve(name);
    try (var weights = ClassLoader.getSystemResourceAsStream(name)) {
      Files.copy(weights, unpacked);
    }
    System.setProperty("simcse.embedded", folder.toString());
    try (Checkpoint there = ModelDirectory.embeddedDefault().openWeights()) {
      assertThat(there.source()).isEqualTo(unpacked.toString());
      System.clearProperty("simcse.embedded");
      try (Checkpoint inJar = ModelDirectory.embeddedDefault().openWeights()) {
        assertThat(inJar.source()).startsWith("jar:");
        String bias = "encoder.layer.5.output.dense.bias";
        assertThat(there.read(bias).toFloats()).isEqualTo(inJar.read(bias).toFloats());
      }
    } finally {
      System.clearProperty("simcse.embedded");
    }
  }
}
