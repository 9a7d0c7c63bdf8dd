package org.simcse.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.simcse.api.engine.Exporter;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.Providers;
import org.simcse.core.embed.Cosine;
import org.simcse.core.export.ExportTarget;
import org.simcse.core.export.ProgramTarget;
import org.simcse.core.export.SourceModel;
import org.simcse.core.io.AtomicDirectory;
import org.simcse.core.modeldir.ModelDirectory;

/**
 * What is exported of the models of sentence-transformers gives its vectors in ONNX Runtime and
 * PyTorch of {@code interop.python}: text by text, and as a padded batch.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProgramInteropTest {
  private static final double TOLERANCE = 1e-5;

  /**
   * The random weights of the tiny models have outliers, and their vectors of 16 to 64 numbers
   * average out little of an error of half a step of 1/64 per weight and 1/255 per activation. What
   * loses a part of the model turns vectors further.
   */
  private static final double LEAST_COSINE = 0.98;

  private static final String ONNX = "onnx";
  private static final String INT8 = "int8";
  private static final String TORCHSCRIPT = "torchscript";
  private static final Path FOLDER = Path.of("target", "interop", "programs").toAbsolutePath();

  @BeforeAll
  void exportAll() throws IOException, InterruptedException {
    AtomicDirectory.delete(FOLDER); // of an earlier run
    Python.run("make", FOLDER);
    for (String name : made()) {
      export(name, Options.of("onnx"), ONNX);
      export(name, Options.of("onnx", Map.of("quantize", "int8")), INT8);
      export(name, Options.of("torchscript"), TORCHSCRIPT);
    }
    for (String kind : List.of(ONNX, INT8, TORCHSCRIPT)) {
      Python.run("run", FOLDER.resolve(kind));
    }
  }

  private static void export(String name, Options options, String kind) {
    Exporter exporter =
        Providers.exporters(List.of()).create(options, provider -> provider.create(options));
    try (SourceModel model =
        SourceModel.open(
            ModelDirectory.open(FOLDER.resolve("models").resolve(name)),
            Optional.empty(),
            List.of())) {
      ExportTarget.export(model, new ProgramTarget(exporter), FOLDER.resolve(kind).resolve(name));
    }
  }

  static List<String> made() throws IOException {
    try (Stream<Path> models = Files.list(FOLDER.resolve("models"))) {
      return models.map(model -> model.getFileName().toString()).sorted().toList();
    }
  }

  private static float[][] expected(String name) throws IOException {
    return Python.vectors(FOLDER.resolve("models").resolve(name).resolve("vectors.json"));
  }

  @ParameterizedTest
  @MethodSource("made")
  void theVectorsAreThoseOfSentenceTransformers(String name) throws IOException {
    for (String kind : List.of(ONNX, TORCHSCRIPT)) {
      for (String file : List.of("alone.json", "batch.json")) {
        float[][] vectors = Python.vectors(FOLDER.resolve(kind).resolve(name).resolve(file));
        double largest = InteropContract.largest(vectors, expected(name));
        System.out.printf("%-11s  %-30s %-10s  %.1e%n", kind, name, file, largest);
        assertThat(largest).as("%s, %s", kind, file).isLessThanOrEqualTo(TOLERANCE);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("made")
  void eightBitVectorsPointTheSameWay(String name) throws IOException {
    float[][] vectors = Python.vectors(FOLDER.resolve(INT8).resolve(name).resolve("alone.json"));
    float[][] expected = expected(name);
    double least = 1;
    for (int i = 0; i < expected.length; i++) {
      least = Math.min(least, Cosine.of(vectors[i], expected[i]));
    }
    System.out.printf("int8  %-30s  %.4f%n", name, least);
    assertThat(least).isGreaterThan(LEAST_COSINE);
  }
}
