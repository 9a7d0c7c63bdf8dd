package org.simcse.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.SimCse;
import org.simcse.core.export.ExportTarget;
import org.simcse.core.export.HuggingFaceTarget;
import org.simcse.core.export.SentenceTransformersTarget;
import org.simcse.core.export.SimCseTarget;
import org.simcse.core.export.SourceModel;
import org.simcse.core.io.AtomicDirectory;
import org.simcse.core.modeldir.ModelDirectory;
import org.simcse.core.weights.Checkpoint;
import org.simcse.core.weights.SafetensorsWriter;
import org.simcse.core.weights.WeightsFormat;

/**
 * What is converted here opens in sentence-transformers and transformers with the source's vectors,
 * and what they save, converted here, opens here with theirs. The sources are theirs, and one of
 * SimCSE's: an MLP behind the first token.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PyTorchConversionTest {
  /**
   * Single precision: 3 layers sum up to 64 products of numbers about 1, each with a rounding error
   * of 6e-8, in another order on either side.
   */
  private static final double TOLERANCE = 1e-5;

  private static final String MLP = "simcse-mlp";
  private static final int WIDTH = 32;

  /** The models that are converted to every format; to open all takes minutes. */
  private static final Set<String> EVERYWHERE = Set.of("mean", "chain", "roberta", MLP);

  private static final List<String> USUAL = List.of("current", "legacy", "hf");

  private static final Map<String, ExportTarget> TARGETS = new LinkedHashMap<>();

  static {
    TARGETS.put("simcse", new SimCseTarget(WeightsFormat.SAFETENSORS));
    TARGETS.put("current", new SentenceTransformersTarget(WeightsFormat.SAFETENSORS, false));
    TARGETS.put("current-bin", new SentenceTransformersTarget(WeightsFormat.BIN, false));
    TARGETS.put("legacy", new SentenceTransformersTarget(WeightsFormat.SAFETENSORS, true));
    TARGETS.put("hf", new HuggingFaceTarget(WeightsFormat.SAFETENSORS));
    TARGETS.put("hf-bin", new HuggingFaceTarget(WeightsFormat.BIN));
  }

  private final Path folder = Path.of("target", "interop", "conversion").toAbsolutePath();
  private final Path models = folder.resolve("models");
  private final Path converted = folder.resolve("converted");
  private final List<String> refused = new ArrayList<>();
  private final StringBuilder report = new StringBuilder();

  @BeforeAll
  void convertAll() throws IOException, InterruptedException {
    AtomicDirectory.delete(folder);
    Python.run("make", folder);
    writeSimCse();
    for (String model : names(models)) {
      for (String format : EVERYWHERE.contains(model) ? TARGETS.keySet() : USUAL) {
        convert(model, format, Objects.requireNonNull(TARGETS.get(format)));
      }
    }
    Python.run("embed", converted);
  }

  private void convert(String name, String format, ExportTarget target) {
    try (SourceModel model =
        SourceModel.open(ModelDirectory.open(models.resolve(name)), Optional.empty(), List.of())) {
      ExportTarget.export(model, target, converted.resolve(name + "." + format));
    } catch (InvalidInputException e) {
      refused.add(name + "." + format);
    }
  }

  /** The encoder of a model of theirs as a checkpoint of SimCSE: with a prefix and an MLP. */
  private void writeSimCse() throws IOException {
    Path source = models.resolve("cls");
    Path target = Files.createDirectories(models.resolve(MLP));
    for (String name : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
      Files.copy(source.resolve(name), target.resolve(name));
    }
    Files.writeString(
        target.resolve("simcse.json"), "{\"pooler\": \"cls\", \"head\": \"train-and-test\"}");
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    try (Checkpoint weights = ModelDirectory.open(source).openWeights()) {
      weights.names().stream()
          .filter(name -> !name.startsWith("pooler."))
          .forEach(name -> tensors.put("bert." + name, weights.read(name)));
    }
    Random random = new Random(1);
    tensors.put("mlp.dense.weight", random(random, WIDTH, WIDTH));
    tensors.put("mlp.dense.bias", random(random, WIDTH));
    SafetensorsWriter.write(target.resolve("model.safetensors"), tensors);
  }

  private static HostTensor random(Random random, int... shape) {
    float[] values = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    for (int i = 0; i < values.length; i++) {
      values[i] = 0.3f * (float) random.nextGaussian();
    }
    return HostTensor.of(values, Arrays.stream(shape).asLongStream().toArray());
  }

  @AfterAll
  void show() {
    System.out.print(report);
  }

  private static List<String> names(Path parent) throws IOException {
    try (Stream<Path> files = Files.list(parent)) {
      return files
          .filter(Files::isDirectory)
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  List<String> directories() throws IOException {
    return names(converted);
  }

  @ParameterizedTest
  @MethodSource("directories")
  void whatIsConvertedOpensHereAndThereWithTheSourcesVectors(String name) throws IOException {
    Path directory = converted.resolve(name);
    Path error = directory.resolve("error.txt");
    assertThat(error).as(() -> Python.read(error)).doesNotExist();
    Path source = models.resolve(name.substring(0, name.lastIndexOf('.')));
    float[][] vectors = embed(source);
    assertClose(name + " here", embed(directory), vectors);
    Path theirs = source.resolve("vectors.json");
    if (Files.exists(theirs)) {
      assertClose(name + " here, theirs", embed(directory), Python.vectors(theirs));
    }
    Path card = directory.resolve("card.json");
    if (Files.exists(card)) {
      assertClose(name + " by its card", Python.vectors(card), vectors);
    } else {
      // Its pooling is left to the user of transformers.
      assertThat(name).matches("(max|.*weighted.*|last.*|.*sqrt.*|two.*|prompt-not.*)\\.hf.*");
    }
    if (!name.contains(".hf")) {
      assertClose(
          name + " there",
          Python.vectors(directory.resolve("sentence-transformers.json")),
          vectors);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "simcse-mlp, pooler",
    "cls, cls",
    "camembert, cls",
    "distilbert-cls, cls",
    "mean, mean",
    "length-64, mean",
    "roberta, mean",
    "xlm-roberta, mean",
    "distilbert, mean"
  })
  void transformersAloneGivesTheVectors(String name, String output) throws IOException {
    for (String format : EVERYWHERE.contains(name) ? List.of("hf", "hf-bin") : List.of("hf")) {
      assertClose(
          name + "." + format + " in transformers",
          Python.vectors(
              converted.resolve(name + "." + format).resolve("auto-model-" + output + ".json")),
          embed(models.resolve(name)));
    }
  }

  @Test
  void noMoreIsRefusedThanAFormatLacks() throws IOException {
    List<String> lacking = new ArrayList<>();
    for (String name : names(models)) {
      if (name.matches("dense.*|layer-norm|chain")) { // modules behind the pooling
        lacking.add(name + ".hf");
      }
      if (name.equals("chain")) {
        lacking.add(name + ".hf-bin");
      }
      if (name.matches("dense-residual.*|two-poolings.*")) {
        lacking.add(name + ".legacy");
      }
    }
    assertThat(refused).containsExactlyInAnyOrderElementsOf(lacking);
  }

  private float[][] embed(Path model) throws IOException {
    try (SimCse simcse = SimCse.builder().model(model).open()) {
      return simcse.embed(Python.texts(folder.resolve("texts.json"))).toArray(new float[0][]);
    }
  }

  private void assertClose(String name, float[][] actual, float[][] expected) {
    double largest = InteropContract.largest(actual, expected);
    report.append("%-50s  %.1e%n".formatted(name, largest));
    assertThat(largest).as(name).isLessThanOrEqualTo(TOLERANCE);
  }
}
