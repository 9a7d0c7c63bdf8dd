package org.simcse.core.weights;

import java.util.Map;
import org.simcse.api.error.CheckpointException;

/** Helpers shared by all kinds of checkpoints. */
final class Tensors {
  private Tensors() {}

  static <T> T find(Map<String, T> entries, String name, String source) {
    T entry = entries.get(name);
    if (entry == null) {
      throw new CheckpointException("%s holds no tensor %s.".formatted(source, name));
    }
    return entry;
  }
}
