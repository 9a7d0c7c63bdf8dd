package org.simcse.core.weights;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.simcse.api.error.CheckpointException;
import org.simcse.api.tensor.HostTensor;

/**
 * A checkpoint under today's names, such as {@code bert.encoder.layer.0.output.dense.weight}.
 *
 * <p>Checkpoints differ: an encoder that was saved alone lacks its prefix, TensorFlow's LayerNorms
 * have a gamma and a beta, data-parallel training adds {@code module.}, BERT's pre-training calls
 * its language model {@code cls.predictions}, and old ones store {@code position_ids}, which are no
 * parameters.
 */
public final class NormalizedCheckpoint implements Checkpoint {
  private static final String PREDICTIONS = "cls.predictions.";

  private final Checkpoint checkpoint;
  private final SortedMap<String, String> storedNames;

  private NormalizedCheckpoint(Checkpoint checkpoint, SortedMap<String, String> storedNames) {
    this.checkpoint = checkpoint;
    this.storedNames = storedNames;
  }

  /**
   * Wraps a checkpoint.
   *
   * @param prefix what the encoder's names start with: {@code bert.}, {@code roberta.}
   * @throws CheckpointException if two tensors come to one name
   */
  public static NormalizedCheckpoint of(Checkpoint checkpoint, String prefix) {
    SortedMap<String, String> stored = new TreeMap<>();
    for (String name : checkpoint.names()) {
      Optional<String> normal = normalize(name, prefix);
      if (normal.isEmpty()) {
        continue;
      }
      String other = stored.putIfAbsent(normal.get(), name);
      if (other != null) {
        throw new CheckpointException(
            "%s holds both %s and %s, which are the same parameter %s."
                .formatted(checkpoint.source(), other, name, normal.get()));
      }
    }
    return new NormalizedCheckpoint(checkpoint, stored);
  }

  private static Optional<String> normalize(String stored, String prefix) {
    String name = stored.startsWith("module.") ? stored.substring("module.".length()) : stored;
    if (name.endsWith("position_ids")) {
      return Optional.empty();
    }
    if (name.endsWith("LayerNorm.gamma")) {
      name = name.substring(0, name.length() - "gamma".length()) + "weight";
    } else if (name.endsWith("LayerNorm.beta")) {
      name = name.substring(0, name.length() - "beta".length()) + "bias";
    }
    if (name.startsWith(PREDICTIONS)) {
      return Optional.of("lm_head." + name.substring(PREDICTIONS.length()));
    }
    boolean bare =
        name.startsWith("embeddings.")
            || name.startsWith("encoder.")
            || name.startsWith("pooler.dense.");
    return Optional.of(bare ? prefix + name : name);
  }

  private String stored(String name) {
    return Tensors.find(storedNames, name, source());
  }

  @Override
  public String source() {
    return checkpoint.source();
  }

  @Override
  public SortedSet<String> names() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(storedNames.keySet()));
  }

  @Override
  public long[] shape(String name) {
    return checkpoint.shape(stored(name));
  }

  @Override
  public HostTensor read(String name) {
    return checkpoint.read(stored(name));
  }

  @Override
  public void close() {
    checkpoint.close();
  }
}
