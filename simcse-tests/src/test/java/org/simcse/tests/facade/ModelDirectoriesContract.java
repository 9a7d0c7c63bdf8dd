package org.simcse.tests.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.error.CheckpointException;
import org.simcse.core.SimCse;

/**
 * Model directories as people have them give the vectors that sentence-transformers 6.0.0 gave, one
 * text at a time, with no option given; or are refused by name. See the {@code README.md} beside
 * them.
 */
abstract class ModelDirectoriesContract {
  private static final Path CASES = resource("/org/simcse/tests/cases");

  /** The vectors of directories that differ from the first in nothing that matters. */
  private static final String SAME = "st-mean";

  private final String backend;

  ModelDirectoriesContract(String backend) {
    this.backend = backend;
  }

  private static Path resource(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(ModelDirectoriesContract.class.getResource(name), name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One of the directories. */
  static Path model(String name) {
    return CASES.resolve("models").resolve(name);
  }

  static List<String> withVectorsOfTheirOwn() throws IOException {
    try (Stream<Path> files = Files.list(CASES.resolve("expected"))) {
      return files.map(file -> file.getFileName().toString().replace(".npy", "")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("withVectorsOfTheirOwn")
  void vectorsEqualThoseOfSentenceTransformers(String model) throws IOException {
    assertVectors(model(model), model);
  }

  /** Wrappers' prefixes before every weight. */
  @ParameterizedTest
  @ValueSource(strings = {"w-orig_mod", "w-module-orig_mod", "w-auto_model", "w-model-prefix"})
  void anotherNamingOfTheSameWeightsGivesTheSameVectors(String model) throws IOException {
    assertVectors(model(model), SAME);
  }

  /** The links are stored as text: a repository cannot hold them on every system. */
  @Test
  void aFolderOfTheHubsCacheIsOpenedThroughItsLinks(@TempDir Path folder) throws IOException {
    Path stored = CASES.resolve("models/hub/models--me--tiny");
    try (Stream<Path> files = Files.walk(stored)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = folder.resolve(stored.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        if (file.toString().contains("snapshots")) {
          Files.createSymbolicLink(copy, Path.of(Files.readString(file)));
        } else {
          Files.copy(file, copy);
        }
      }
    }
    assertVectors(folder, SAME);
    assertThatThrownBy(() -> SimCse.builder().backend(backend).model(stored).open())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("modules.json is the target of a symbolic link as text");
  }

  private void assertVectors(Path model, String expected) throws IOException {
    List<String> texts = Files.readAllLines(CASES.resolve("texts.txt"));
    float[][] wanted = npy(CASES.resolve("expected").resolve(expected + ".npy"), texts.size());
    try (SimCse simcse = SimCse.builder().backend(backend).model(model).open()) {
      assertThat(simcse.dimension()).isEqualTo(wanted[0].length);
      List<float[]> vectors = simcse.embed(texts);
      for (int text = 0; text < wanted.length; text++) {
        for (int i = 0; i < wanted[text].length; i++) {
          assertThat(vectors.get(text)[i])
              .as("%s, text %d, index %d", model, text, i)
              .isCloseTo(wanted[text][i], within(2e-5f));
        }
      }
    }
  }

  private static float[][] npy(Path file, int rows) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int header = bytes.getShort(8);
    assertThat(new String(bytes.array(), 10, header, StandardCharsets.US_ASCII))
        .contains("'<f4'", "'fortran_order': False", "(" + rows + ",");
    int start = 10 + header;
    int width = (bytes.capacity() - start) / Float.BYTES / rows;
    float[][] values = new float[rows][width];
    for (int i = 0; i < rows * width; i++) {
      values[i / width][i % width] = bytes.getFloat(start + i * Float.BYTES);
    }
    return values;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lfs-safetensors | model.safetensors is a pointer of Git LFS",
        "lfs-bin         | pytorch_model.bin is a pointer of Git LFS",
        "lfs-tokenizer   | tokenizer.json is a pointer of Git LFS",
        "html-weights    | model.safetensors is a web page",
        "peft            | holds an adapter (LORA) for bert-base-uncased, not a whole model",
        "type-distilbert | has the model_type 'distilbert', for which there is no encoder"
      })
  void whatIsNoModelIsNamedForWhatItIs(String model, String message) {
    assertThatThrownBy(() -> SimCse.builder().backend(backend).model(model(model)).open().close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(model)
        .hasMessageContaining(message);
  }
}
