package org.simcse.core.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.simcse.api.error.CheckpointException;

/**
 * Maps the tensors of a checkpoint to current names, such as {@code
 * bert.encoder.layer.0.output.dense.weight}.
 *
 * <p>Checkpoints differ: an encoder that was saved alone lacks its prefix; {@code torch.compile},
 * data-parallel training and sentence-transformers put {@code _orig_mod.}, {@code module.} or
 * {@code auto_model.} in front of every name; TensorFlow's LayerNorms have a gamma and a beta;
 * BERT's pre-training calls its language model {@code cls.predictions}; and old checkpoints store
 * {@code position_ids}, which are not parameters.
 */
public final class ParameterNames {
  private static final String PREDICTIONS = "cls.predictions.";

  private static final List<String> WRAPPERS =
      List.of("module.", "_orig_mod.", "0.auto_model.", "auto_model.", "model.");

  private ParameterNames() {}

  /**
   * Returns a view of a checkpoint under current names; closing either closes both.
   *
   * @param prefix the prefix of the encoder's parameter names, such as {@code bert.}
   * @param wanted the names of the model's parameters, which resolve ambiguous stored names
   * @throws CheckpointException if two tensors map to the same name
   */
  public static Checkpoint of(Checkpoint checkpoint, String prefix, Set<String> wanted) {
    SortedMap<String, String> stored = new TreeMap<>();
    for (String name : checkpoint.names()) {
      if (name.endsWith("position_ids")) {
        continue;
      }
      String today = current(name, prefix, wanted);
      String other = stored.putIfAbsent(today, name);
      if (other != null) {
        throw new CheckpointException(
            "%s holds both %s and %s, which are the same parameter %s."
                .formatted(checkpoint.source(), other, name, today));
      }
    }
    return new RenamedCheckpoint(checkpoint, stored);
  }

  /**
   * Returns the current name of a tensor.
   *
   * @param stored its name in a checkpoint
   * @param prefix the prefix of the encoder's parameter names
   * @param wanted the names of the model's parameters
   */
  public static String current(String stored, String prefix, Set<String> wanted) {
    List<String> forms = new ArrayList<>(List.of(stored));
    for (Optional<String> inner = unwrapped(stored);
        inner.isPresent();
        inner = unwrapped(inner.get())) {
      forms.add(inner.get());
    }
    for (String form : forms) {
      String name = renewed(form);
      if (wanted.contains(name)) {
        return name;
      }
      if (wanted.contains(prefix + name)) {
        return prefix + name;
      }
    }
    String name = renewed(forms.get(forms.size() - 1));
    boolean bare =
        name.startsWith("embeddings.")
            || name.startsWith("encoder.")
            || name.startsWith("pooler.dense.");
    return bare ? prefix + name : name;
  }

  private static Optional<String> unwrapped(String name) {
    return WRAPPERS.stream()
        .filter(name::startsWith)
        .findFirst()
        .map(wrapper -> name.substring(wrapper.length()));
  }

  private static String renewed(String name) {
    String renewed = name;
    if (name.endsWith("LayerNorm.gamma")) {
      renewed = name.substring(0, name.length() - "gamma".length()) + "weight";
    } else if (name.endsWith("LayerNorm.beta")) {
      renewed = name.substring(0, name.length() - "beta".length()) + "bias";
    }
    return renewed.startsWith(PREDICTIONS)
        ? "lm_head." + renewed.substring(PREDICTIONS.length())
        : renewed;
  }
}
