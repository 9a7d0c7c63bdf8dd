package org.simcse.tests;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.modeldir.ModelDirectory;
import org.simcse.core.weights.Checkpoint;
import org.simcse.core.weights.SafetensorsWriter;

/**
 * The weights of model directories, for tests of opening and saving.
 *
 * @since 0.1.0
 */
public final class ModelFiles {
  private ModelFiles() {}

  /**
   * Returns the names of all tensors of a model directory, as stored in its files.
   *
   * @throws org.simcse.api.error.CheckpointException if the directory cannot be used
   */
  public static Set<String> names(Path directory) {
    try (Checkpoint weights = ModelDirectory.open(directory).openWeights()) {
      return new TreeSet<>(weights.names());
    }
  }

  /**
   * Reads one tensor of a model directory.
   *
   * @throws org.simcse.api.error.CheckpointException if there is no tensor of that name
   */
  public static HostTensor read(Path directory, String name) {
    try (Checkpoint weights = ModelDirectory.open(directory).openWeights()) {
      return weights.read(name);
    }
  }

  /** Writes a safetensors file. */
  public static void write(Path file, Map<String, HostTensor> tensors) {
    SafetensorsWriter.write(file, tensors);
  }
}
