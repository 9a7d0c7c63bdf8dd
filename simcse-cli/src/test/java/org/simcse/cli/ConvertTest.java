package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.core.modeldir.ModelDirectory;
import org.simcse.core.weights.Checkpoint;
import org.simcse.core.weights.DataType;
import org.simcse.core.weights.NamedTensor;
import org.simcse.core.weights.SafetensorsWriter;

/** {@code simcse convert} keeps every bit, or refuses. */
class ConvertTest {
  @TempDir private Path folder = Path.of("");

  private final StringWriter errors = new StringWriter();
  private Path source = Path.of("");

  /** Bits of a tensor with how they are meant, comparable. */
  private record Bits(DataType type, List<Long> shape, ByteBuffer bytes) {}

  @BeforeEach
  void writeSource() throws IOException {
    source = Models.tinyBert(folder);
    describe("{\"pooler\": \"cls\", \"head\": \"train-and-test\", \"temperature\": 0.05}");
    addUnusedTensorsOfAllTypes();
  }

  private void describe(String json) throws IOException {
    Files.writeString(source.resolve("simcse.json"), json);
  }

  /** Beside lm_head.*, which the model does not use either. */
  private void addUnusedTensorsOfAllTypes() throws IOException {
    Path file = source.resolve("model.safetensors");
    Path copy = Files.move(file, folder.resolve("copy.safetensors"));
    try (Checkpoint weights = Checkpoint.open(copy)) {
      List<NamedTensor> all = new ArrayList<>();
      weights.names().forEach(name -> all.add(NamedTensor.copy(name, weights, name)));
      all.add(bits("bert.embeddings.position_ids", DataType.I64, 1, 3));
      all.add(bits("extra.empty", DataType.F32, 0));
      all.add(bits("extra.scalar", DataType.F32));
      for (DataType type : DataType.values()) {
        all.add(bits("extra." + type, type, 2, 3));
      }
      SafetensorsWriter.write(file, all);
    }
  }

  /** Bits of no number too: NaN with a payload must stay what it is. */
  private static NamedTensor bits(String name, DataType type, long... shape) {
    int count = 1;
    for (long size : shape) {
      count *= (int) size;
    }
    byte[] bytes = new byte[count * type.bytes()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = type == DataType.BOOL ? (byte) (i % 2) : (byte) (0xff - 3 * i);
    }
    return new NamedTensor(name, type, shape, out -> out.write(bytes));
  }

  private int run(String... arguments) {
    errors.getBuffer().setLength(0);
    return Main.run(new ByteArrayOutputStream(), new PrintWriter(errors, true), arguments);
  }

  private Path convert(Path from, String name, String... options) {
    Path target = folder.resolve(name);
    List<String> command = new ArrayList<>(List.of("convert", from.toString(), target.toString()));
    command.addAll(List.of(options));
    assertThat(run(command.toArray(String[]::new))).as(errors.toString()).isZero();
    return target;
  }

  private void assertRefused(int status, String message, String... options) {
    Path target = folder.resolve("refused");
    List<String> command =
        new ArrayList<>(List.of("convert", source.toString(), target.toString()));
    command.addAll(List.of(options));
    assertThat(run(command.toArray(String[]::new))).as(errors.toString()).isEqualTo(status);
    assertThat(errors.toString()).contains(message).doesNotContain("defect");
    assertThat(target).doesNotExist();
    assertThat(folder).isDirectoryNotContaining(path -> path.toString().endsWith(".tmp"));
  }

  private static Map<String, Bits> tensors(Path directory) {
    Map<String, Bits> tensors = new TreeMap<>();
    try (Checkpoint weights = ModelDirectory.open(directory).openWeights()) {
      for (String name : weights.names()) {
        ByteBuffer bytes = weights.bytes(name);
        List<Long> shape = new ArrayList<>();
        for (long size : weights.shape(name)) {
          shape.add(size);
        }
        tensors.put(
            name,
            new Bits(
                weights.type(name),
                shape,
                ByteBuffer.allocate(bytes.remaining())
                    .put(bytes)
                    .flip()
                    .order(ByteOrder.BIG_ENDIAN)));
      }
    }
    return tensors;
  }

  @ParameterizedTest
  @CsvSource({
    "huggingface, safetensors",
    "huggingface, bin",
    "sentence-transformers, safetensors",
    "sentence-transformers, bin",
    "simcse, safetensors",
    "simcse, bin"
  })
  void aRoundTripKeepsEveryBit(String format, String weights) {
    Path there = convert(source, "there", "--to", format, "--weights", weights);
    assertThat(there.resolve("model.safetensors").toFile().exists())
        .isEqualTo(weights.equals("safetensors"));
    Path back = convert(there, "back", "--to", "simcse");
    assertThat(tensors(back)).isEqualTo(tensors(source));
    assertThat(ModelDirectory.open(back).metadata().pooler()).hasValue("cls");
    assertThat(ModelDirectory.open(back).metadata().temperature()).hasValue(0.05);
  }

  @Test
  void theMlpOfTheFirstTokenIsHuggingFacesPooler() {
    assertThat(ModelDirectory.open(source).config().get("architectures"))
        .isEqualTo(List.of("BertForCL"));
    Map<String, Bits> before = tensors(source);
    Path target = convert(source, "hf", "--to", "huggingface");
    Map<String, Bits> after = tensors(target);
    assertThat(after).hasSameSizeAs(before);
    assertThat(after.get("pooler.dense.weight")).isEqualTo(before.get("mlp.dense.weight"));
    assertThat(after.keySet())
        .contains("embeddings.word_embeddings.weight", "embeddings.position_ids", "lm_head.bias")
        .noneMatch(name -> name.startsWith("bert.") || name.startsWith("mlp."));
    assertThat(ModelDirectory.open(target).config().get("architectures"))
        .isEqualTo(List.of("BertModel"));
    assertThat(target)
        .isDirectoryNotContaining(path -> path.endsWith("modules.json"))
        .isDirectoryNotContaining(Files::isDirectory);
  }

  @Test
  void sentenceTransformersGetsAModulePerStep() throws IOException {
    describe("{\"pooler\": \"cls\", \"head\": \"train-and-test\", \"normalize\": true}");
    Path current = convert(source, "current", "--to", "sentence-transformers");
    assertThat(Files.readString(current.resolve("modules.json")))
        .containsSubsequence("Transformer\"", "Pooling\"", "Dense\"", "Normalize\"")
        .contains("sentence_transformers.base.modules.dense.Dense");
    assertThat(Files.readString(current.resolve("1_Pooling/config.json")))
        .contains("\"pooling_mode\" : \"cls\"");
    Path legacy = convert(source, "legacy", "--to", "sentence-transformers", "--legacy");
    assertThat(Files.readString(legacy.resolve("modules.json")))
        .contains("sentence_transformers.models.Dense");
    assertThat(Files.readString(legacy.resolve("1_Pooling/config.json")))
        .contains("\"pooling_mode_cls_token\" : true");
    assertThat(tensors(legacy)).isEqualTo(tensors(current));
  }

  @Test
  void poolersThatSentenceTransformersLacksAreRefused() throws IOException {
    describe("{\"pooler\": \"avg_first_last\", \"head\": \"none\"}");
    assertRefused(
        2,
        "has no pooling equal to the pooler avg_first_last; it has those equal to cls, ",
        "--to",
        "sentence-transformers");
    describe("{\"pooler\": \"max+avg+max\", \"head\": \"none\"}");
    assertRefused(2, "not as max+avg+max", "--to", "sentence-transformers", "--legacy");
    convert(source, "current", "--to", "sentence-transformers");
  }

  @Test
  void anMlpThatIsUsedInTrainingAloneIsKeptToo() throws IOException {
    for (String pooler : List.of("cls", "avg")) {
      describe("{\"pooler\": \"%s\", \"head\": \"train-only\"}".formatted(pooler));
      Path there = convert(source, "there-" + pooler, "--to", "huggingface");
      assertThat(tensors(there))
          .containsKey(pooler.equals("cls") ? "pooler.dense.weight" : "mlp.dense.weight");
      assertThat(tensors(convert(there, "back-" + pooler, "--to", "simcse")))
          .isEqualTo(tensors(source));
    }
  }

  @Test
  void aPoolerThatIsNoMlpStaysThePooler() throws IOException {
    describe("{\"pooler\": \"avg\", \"head\": \"none\"}");
    rename("mlp.dense", "bert.pooler.dense");
    Path there = convert(source, "there", "--to", "huggingface");
    assertThat(tensors(there)).containsKey("pooler.dense.weight");
    assertThat(tensors(convert(there, "back", "--to", "simcse"))).isEqualTo(tensors(source));
  }

  private void rename(String from, String to) throws IOException {
    Path file = source.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    Models.changeHeader(source, header -> header.replace(from, to));
    assertThat(Files.readAllBytes(file)).isNotEqualTo(bytes);
  }

  @Test
  void whatASourceDoesNotSayIsGiven() throws IOException {
    Files.delete(source.resolve("simcse.json"));
    assertRefused(2, "does not say how its hidden states become a vector", "--to", "simcse");
    Path there = convert(source, "there", "--to", "huggingface", "--pooler", "cls");
    assertThat(Files.readString(there.resolve("simcse.json"), StandardCharsets.UTF_8))
        .contains("\"cls\"", "\"train-and-test\"");
    Path unsaid = convert(source, "unsaid", "--to", "huggingface", "--pooler", "cls_before_pooler");
    assertThat(Files.readString(unsaid.resolve("simcse.json"), StandardCharsets.UTF_8))
        .contains("\"cls_before_pooler\"", "\"train-only\"");
  }

  @Test
  void whatASourceSaysIsNotReplaced() {
    assertRefused(2, "its pooler is cls", "--to", "simcse", "--pooler", "avg");
    convert(source, "same", "--to", "simcse", "--pooler", "cls");
  }

  @Test
  void whatHuggingFacesFormatHasNoPlaceForIsRefused() throws IOException {
    describe("{\"pooler\": \"avg\", \"head\": \"train-and-test\"}");
    assertRefused(
        2, "need mlp.dense.bias, mlp.dense.weight behind the pooler avg", "--to", "huggingface");
    describe("{\"pooler\": \"cls\", \"head\": \"train-and-test\"}");
    rename("lm_head.transform.dense.", "bert.pooler.dense.");
    assertRefused(2, "holds both an MLP and a pooler", "--to", "huggingface");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert.encoder.layer.0.attention.self.query.weight", "mlp.dense.bias"})
  void aMissingTensorIsNamed(String name) throws IOException {
    rename(name, name.replace("e", "3"));
    assertRefused(1, name + " is missing", "--to", "huggingface");
  }

  /** The names of an ONNX graph's weights tell what they are of; see {@code OnnxCheckpoint}. */
  @Test
  void aProgramHoldsTheWeightsThatVectorsNeed() throws IOException {
    Path target = convert(source, "program", "--to", "onnx");
    Map<String, Bits> before = tensors(source);
    Map<String, Bits> after = tensors(target);
    before.keySet().removeIf(name -> !name.matches("bert\\.e.*(weight|bias)|mlp\\..*"));
    after.keySet().removeIf(name -> name.endsWith(".T"));
    assertThat(after).hasSize(3 + 2 + 3 * 16 + 2).isEqualTo(before);
    assertThat(target)
        .isDirectoryContaining(path -> path.endsWith("tokenizer.json"))
        .isDirectoryContaining(path -> path.endsWith("config.json"));
    Path small = convert(source, "small", "--to", "onnx", "--quantize", "int8");
    assertThat(Files.size(small.resolve("model.onnx")))
        .isLessThan(Files.size(target.resolve("model.onnx")) / 2);
    assertThatThrownBy(() -> tensors(small)).hasMessageContaining("rounded to 8 bits");
  }

  @Test
  void aTorchScriptModuleHoldsItsTextAndOneFilePerTensor() throws IOException {
    Path target = convert(source, "program", "--to", "torchscript");
    try (ZipFile zip = new ZipFile(target.resolve("model.pt").toFile())) {
      String code =
          new String(
              zip.getInputStream(zip.getEntry("archive/code/__torch__.py")).readAllBytes(),
              StandardCharsets.UTF_8);
      assertThat(code)
          .contains("bert_embeddings_LayerNorm_weight : Tensor")
          .contains(
              "def forward(self: __torch__.SentenceModel, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:");
      assertThat(zip.stream().filter(entry -> entry.getName().startsWith("archive/data/")))
          .hasSize(3 + 2 + 3 * 16 + 2);
      assertThat(zip.getInputStream(zip.getEntry("archive/extra/pooling")).readAllBytes())
          .asString()
          .isEqualTo("cls");
    }
  }

  @Test
  void optionsOfOtherFormatsAreRefused() {
    assertRefused(2, "--quantize is for programs", "--to", "simcse", "--quantize", "int8");
    assertRefused(2, "--weights is for model directories", "--to", "onnx", "--weights", "bin");
    assertRefused(2, "none, int8", "--to", "onnx", "--quantize", "int4");
    assertRefused(2, "has no option 'quantize'", "--to", "torchscript", "--quantize", "int8");
    assertRefused(2, "has no option 'opset'", "--to", "onnx:opset=20");
  }

  @Test
  void anExistingTargetIsRefused() throws IOException {
    Path target = Files.createDirectory(folder.resolve("existing"));
    assertThat(run("convert", source.toString(), target.toString(), "--to", "simcse")).isEqualTo(2);
    assertThat(errors.toString()).contains("existing exists; name a new directory");
    assertThat(target).isEmptyDirectory();
    Path dangling = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
    assertThat(run("convert", source.toString(), dangling.toString(), "--to", "simcse"))
        .isEqualTo(2);
  }

  @Test
  void theCardSaysHowToOpenTheFormat() throws IOException {
    Path there = convert(source, "there", "--to", "huggingface");
    assertThat(there.resolve("README.md"))
        .content()
        .startsWith("---\nlibrary_name: transformers\npipeline_tag: feature-extraction\n")
        .contains("vectors = output.pooler_output")
        .doesNotContain("## Training", "base_model");
    describe("{\"pooler\": \"avg_first_last\"}");
    assertThat(convert(source, "lacking", "--to", "simcse").resolve("README.md"))
        .content()
        .contains("sentence-transformers and transformers lack the pooler `avg_first_last`");
  }

  @Test
  void whatAUserWroteIntoTheCardIsKept() throws IOException {
    Path first = convert(source, "first", "--to", "huggingface");
    Path card = first.resolve("README.md");
    String edited = Files.readString(card).replace("# Sentence embedding model", "# Mine");
    Files.writeString(card, edited);
    Path second = convert(first, "second", "--to", "sentence-transformers");
    assertThat(second.resolve("README.md"))
        .content()
        .startsWith("---\nlibrary_name: sentence-transformers\n")
        .contains("# Mine", "model.encode(texts)")
        .doesNotContain("AutoModel");
    assertThat(convert(second, "third", "--to", "huggingface").resolve("README.md"))
        .hasContent(edited);
    Files.writeString(source.resolve("README.md"), "all mine\n");
    assertThat(convert(source, "mine", "--to", "simcse").resolve("README.md"))
        .content()
        .startsWith("all mine\n\n## Use\n");
  }

  @Test
  void theSourceIsNotChanged() throws IOException {
    Map<String, Long> before = files();
    convert(source, "a", "--to", "huggingface");
    convert(source, "b", "--to", "simcse", "--weights", "bin");
    assertThat(files()).isEqualTo(before);
  }

  private Map<String, Long> files() throws IOException {
    Map<String, Long> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(source)) {
      for (Path file : all.toList()) {
        files.put(file.toString(), Files.getLastModifiedTime(file).toMillis());
      }
    }
    return files;
  }
}
