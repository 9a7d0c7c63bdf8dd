package org.simcse.core.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.simcse.api.Encoder;
import org.simcse.api.engine.ParameterStore;
import org.simcse.api.error.CheckpointException;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Shape;
import org.simcse.core.builtin.SimCseHead;
import org.simcse.core.modeldir.ModelDirectory;
import org.simcse.core.modeldir.SentenceModule;
import org.simcse.core.weights.Checkpoint;
import org.simcse.core.weights.ParameterNames;

/**
 * Loads a model's parameters from its files into an engine.
 *
 * @param directory the model directory
 * @param encoder the encoder, whose prefix starts its parameter names
 * @param modules the modules with their own files
 */
record ModelWeights(ModelDirectory directory, Encoder encoder, List<SentenceModule> modules) {
  private static final System.Logger LOG = System.getLogger(ModelWeights.class.getName());

  /**
   * See {@link ModelSpec#load(Map, Map, Predicate, ParameterStore)}.
   *
   * @param opened opens the directory's weights, or returns those opened before; closed here
   */
  void load(
      Supplier<Checkpoint> opened,
      Map<String, Shape> wanted,
      Map<String, String> aliases,
      Predicate<String> mayBeNew,
      ParameterStore store) {
    SortedMap<String, Shape> rest = new TreeMap<>(wanted);
    for (SentenceModule module : modules) {
      String prefix = module.path() + ".";
      SortedMap<String, Shape> own = new TreeMap<>();
      wanted.forEach(
          (name, shape) -> {
            if (name.startsWith(prefix)) {
              own.put(name.substring(prefix.length()), shape);
              rest.remove(name);
            }
          });
      if (!own.isEmpty()) {
        try (Checkpoint weights = Checkpoint.open(module.weightsFile().orElseThrow())) {
          load(weights, prefix, own, name -> false, store);
        }
      }
    }
    String encoders = encoder.parameterPrefix();
    Set<String> looked = new HashSet<>(rest.keySet());
    looked.addAll(aliases.values());
    try (Checkpoint weights =
        ParameterNames.of(opened.get(), encoders, looked).withAliases(aliases)) {
      load(weights, "", rest, name -> !name.startsWith(encoders) && mayBeNew.test(name), store);
    }
  }

  private void load(
      Checkpoint checkpoint,
      String prefix,
      SortedMap<String, Shape> wanted,
      Predicate<String> mayBeNew,
      ParameterStore into) {
    check(checkpoint, wanted, mayBeNew);
    for (String name : wanted.keySet()) {
      if (checkpoint.names().contains(name)) {
        HostTensor value = checkpoint.read(name);
        warnUnlessFinite(checkpoint, name, value);
        into.set(prefix + name, value);
      }
    }
  }

  private void check(
      Checkpoint checkpoint, SortedMap<String, Shape> wanted, Predicate<String> mayBeNew) {
    List<String> missing = new ArrayList<>();
    List<String> fresh = new ArrayList<>();
    List<String> misshapen = new ArrayList<>();
    wanted.forEach(
        (name, shape) -> {
          if (!checkpoint.names().contains(name)) {
            (mayBeNew.test(name) ? fresh : missing).add(name);
          } else if (!Arrays.equals(checkpoint.shape(name), shape.sizes(Map.of()))) {
            misshapen.add(
                "%s is %s, but the model needs %s"
                    .formatted(name, Arrays.toString(checkpoint.shape(name)), shape));
          }
        });
    SortedSet<String> unused = new TreeSet<>(checkpoint.names());
    unused.removeAll(wanted.keySet());
    if (!missing.isEmpty()) {
      throw new CheckpointException(refusal(checkpoint, missing, unused));
    }
    if (!misshapen.isEmpty()) {
      boolean head = misshapen.stream().allMatch(found -> found.startsWith(SimCseHead.MLP));
      throw new CheckpointException(
          "%s does not fit the model's config: %s.%s"
              .formatted(
                  checkpoint.source(),
                  String.join("; ", misshapen),
                  head ? " Train without this MLP by the setting mlp=none." : ""));
    }
    log(
        System.Logger.Level.WARNING,
        "{0} lacks {1}, which start from random values.",
        checkpoint,
        fresh);
    log(
        System.Logger.Level.DEBUG,
        "{0} holds {1}, which the model does not use.",
        checkpoint,
        List.copyOf(unused));
  }

  private String refusal(Checkpoint checkpoint, List<String> missing, SortedSet<String> unused) {
    String lacks =
        "%s lacks %s, which the model needs".formatted(checkpoint.source(), shortened(missing));
    if (missing.stream().anyMatch(name -> name.startsWith(encoder.parameterPrefix()))) {
      return "%s; it holds %s. These are weights of another model_type than '%s', or not a whole encoder."
          .formatted(lacks, shortened(List.copyOf(unused)), directory.modelType());
    }
    return lacks
        + ". Choose another pooler, or allow new parameters, which start from random values.";
  }

  private static void log(
      System.Logger.Level level, String message, Checkpoint checkpoint, List<String> names) {
    if (!names.isEmpty()) {
      LOG.log(level, message, checkpoint.source(), shortened(names));
    }
  }

  /** Joins names, shortening a long list. */
  private static String shortened(List<String> names) {
    int shown = 8;
    return names.size() <= shown
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, shown)) + " and " + (names.size() - shown) + " more";
  }

  private static void warnUnlessFinite(Checkpoint checkpoint, String name, HostTensor value) {
    if (value instanceof HostTensor.Floats floats && FiniteNumbers.all(floats.data())) {
      return;
    }
    for (int i = 0; i < value.size(); i++) {
      if (!Double.isFinite(value.at(i))) {
        LOG.log(
            System.Logger.Level.WARNING,
            "{0}: {1} holds {2} at index {3}; vectors made with it may be worthless.",
            checkpoint.source(),
            name,
            value.at(i),
            i);
        return;
      }
    }
  }
}
