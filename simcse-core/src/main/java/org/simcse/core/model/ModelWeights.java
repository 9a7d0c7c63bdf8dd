package org.simcse.core.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.simcse.api.engine.ParameterStore;
import org.simcse.api.error.CheckpointException;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Shape;
import org.simcse.core.weights.Checkpoint;

/** Brings the parameters that a model needs from a checkpoint to an engine. */
public final class ModelWeights {
  private static final System.Logger LOG = System.getLogger(ModelWeights.class.getName());

  private ModelWeights() {}

  /**
   * Sets every wanted parameter that the checkpoint holds.
   *
   * @param prefix what the parameters' names have in front of the checkpoint's
   * @param wanted shapes by full name, as {@link DryTrace} finds them
   * @param allowNew whether a parameter that the checkpoint lacks is left to its initial values
   * @throws CheckpointException listing every misshapen parameter, and every missing one unless
   *     allowed
   */
  public static void load(
      Checkpoint checkpoint,
      String prefix,
      SortedMap<String, Shape> wanted,
      ParameterStore into,
      boolean allowNew) {
    SortedMap<String, Shape> named = new TreeMap<>();
    wanted.forEach((name, shape) -> named.put(name.substring(prefix.length()), shape));
    check(checkpoint, named, allowNew);
    for (String name : named.keySet()) {
      if (checkpoint.names().contains(name)) {
        HostTensor value = checkpoint.read(name);
        warnUnlessFinite(checkpoint, name, value);
        into.set(prefix + name, value);
      }
    }
  }

  private static void check(
      Checkpoint checkpoint, SortedMap<String, Shape> wanted, boolean allowNew) {
    List<String> missing = new ArrayList<>();
    List<String> misshapen = new ArrayList<>();
    wanted.forEach(
        (name, shape) -> {
          if (!checkpoint.names().contains(name)) {
            missing.add(name);
          } else if (!Arrays.equals(checkpoint.shape(name), shape.sizes(Map.of()))) {
            misshapen.add(
                "%s is %s, but the model wants %s"
                    .formatted(name, Arrays.toString(checkpoint.shape(name)), shape));
          }
        });
    if (!misshapen.isEmpty()) {
      throw new CheckpointException(
          "%s does not fit the model's config: %s."
              .formatted(checkpoint.source(), String.join("; ", misshapen)));
    }
    if (!missing.isEmpty() && !allowNew) {
      throw new CheckpointException(
          "%s lacks %s, which the model needs. Choose another pooler, or start from random values with --allow-new-parameters."
              .formatted(checkpoint.source(), shortened(missing)));
    }
    log(
        System.Logger.Level.WARNING,
        "{0} lacks {1}, which start from random values.",
        checkpoint,
        missing);
    SortedSet<String> unused = new TreeSet<>(checkpoint.names());
    unused.removeAll(wanted.keySet());
    log(
        System.Logger.Level.DEBUG,
        "{0} holds {1}, which the model does not use.",
        checkpoint,
        List.copyOf(unused));
  }

  private static void log(
      System.Logger.Level level, String message, Checkpoint checkpoint, List<String> names) {
    if (!names.isEmpty()) {
      LOG.log(level, message, checkpoint.source(), shortened(names));
    }
  }

  /** All names of a few, some of many. */
  private static String shortened(List<String> names) {
    int shown = 8;
    return names.size() <= shown
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, shown)) + " and " + (names.size() - shown) + " more";
  }

  private static void warnUnlessFinite(Checkpoint checkpoint, String name, HostTensor value) {
    for (int i = 0; i < value.size(); i++) {
      if (!Double.isFinite(value.at(i))) {
        LOG.log(
            System.Logger.Level.WARNING,
            "{0}: {1} holds {2} at place {3}; vectors made with it may be worthless.",
            checkpoint.source(),
            name,
            value.at(i),
            i);
        return;
      }
    }
  }
}
