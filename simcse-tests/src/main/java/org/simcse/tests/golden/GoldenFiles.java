package org.simcse.tests.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.weights.Checkpoint;

/**
 * The golden files of this module's jar, as files: readers of checkpoints map files into memory.
 *
 * @since 0.1.0
 */
public final class GoldenFiles {
  private static final List<String> MODEL =
      List.of(
          "config.json",
          "model.safetensors",
          "pytorch_model.bin",
          "pytorch_model.legacy.bin",
          "tokenizer.json",
          "tokenizer_config.json",
          "vocab.txt",
          "vocab.json",
          "merges.txt");

  private GoldenFiles() {}

  /**
   * Copies a model directory.
   *
   * @param model {@code tiny-bert} or {@code tiny-roberta}
   * @param into an existing directory, such as a temporary one
   */
  public static void copyModel(String model, Path into) {
    for (String file : MODEL) {
      URL resource = GoldenFiles.class.getResource(model + "/" + file);
      if (resource != null) {
        copy(resource, into.resolve(file));
      }
    }
  }

  /**
   * Returns the tensors of a golden file, such as {@code cases/bert-embedding/inputs.safetensors}.
   */
  static Map<String, HostTensor> tensors(String name) {
    try {
      Path file = Files.createTempFile("golden", ".safetensors");
      try {
        copy(resource(name), file);
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
          Map<String, HostTensor> tensors = new TreeMap<>();
          checkpoint.names().forEach(tensor -> tensors.put(tensor, checkpoint.read(tensor)));
          return tensors;
        }
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a golden file of JSON. */
  static JsonNode json(String name) {
    try (InputStream in = resource(name).openStream()) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a golden file of this module's jar. */
  static URL resource(String name) {
    return Objects.requireNonNull(
        GoldenFiles.class.getResource(name), () -> "There is no golden file " + name);
  }

  private static void copy(URL from, Path to) {
    try (InputStream in = from.openStream()) {
      Files.write(to, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
