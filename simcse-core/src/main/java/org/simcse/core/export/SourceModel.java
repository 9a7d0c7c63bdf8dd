package org.simcse.core.export;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.simcse.api.error.CheckpointException;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.tensor.Shape;
import org.simcse.core.builtin.SimCseHead;
import org.simcse.core.model.DryTrace;
import org.simcse.core.model.ModelSpec;
import org.simcse.core.model.SentenceModel;
import org.simcse.core.modeldir.HeadMode;
import org.simcse.core.modeldir.ModelDirectory;
import org.simcse.core.modeldir.ModelMetadata;
import org.simcse.core.modeldir.ModelWriter;
import org.simcse.core.modeldir.ModuleFormat;
import org.simcse.core.modeldir.SentenceModule;
import org.simcse.core.weights.Checkpoint;
import org.simcse.core.weights.NamedTensor;
import org.simcse.core.weights.ParameterNames;
import org.simcse.core.weights.WeightsFormat;

/**
 * A model to be exported: what a directory holds, under SimCSE's names, such as {@code
 * bert.encoder.layer.0.output.dense.weight} and {@code mlp.dense.weight}.
 *
 * <p>Every tensor is kept, those that the model does not use too. Those that it uses get their
 * current names; the others keep the stored one, with the encoder's prefix if it starts as its
 * parameters do. Tensors are read when they are written; {@link #close} closes their files.
 */
public final class SourceModel implements AutoCloseable {
  private static final String POOLER = "pooler.dense";

  private final ModelSpec spec;
  private final DryTrace trace;
  private final boolean applied;
  private final List<Checkpoint> open = new ArrayList<>();
  private final SortedMap<String, NamedTensor> tensors = new TreeMap<>();

  private SourceModel(ModelSpec spec) {
    this.spec = spec;
    this.applied = spec.mlp().isPresent();
    this.trace = DryTrace.of(computation(), SentenceModel.signature());
  }

  /**
   * Opens a model.
   *
   * @param pooler the pooler of a directory that does not name one
   * @param plugins the plugins, searched for encoders and poolers
   * @throws InvalidInputException if the pooler is neither given nor named, or both
   * @throws CheckpointException if a tensor that its vectors need is missing or has another shape
   */
  public static SourceModel open(
      ModelDirectory directory, Optional<String> pooler, Collection<ModuleLayer> plugins) {
    Optional<String> said = directory.metadata().pooler();
    if (said.isPresent() && pooler.filter(name -> !said.get().equals(name)).isPresent()) {
      throw new InvalidInputException(
          "%s says that its pooler is %s, and what it says is kept: leave out the pooler %s."
              .formatted(directory.source(), said.get(), pooler.get()));
    }
    SourceModel model =
        new SourceModel(
            ModelSpec.of(
                directory,
                new ModelSpec.Choice(pooler, Optional.empty(), Optional.empty()),
                plugins));
    try {
      model.read();
      model.check();
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
    return model;
  }

  private void read() {
    Checkpoint weights = opened(spec.directory().openWeights());
    String prefix = spec.encoder().parameterPrefix();
    Set<String> wanted = new HashSet<>(used().keySet());
    for (String part : List.of(".weight", ".bias")) {
      wanted.add(SimCseHead.MLP + part);
      wanted.add(prefix + POOLER + part);
    }
    Set<String> starts =
        used().keySet().stream()
            .filter(name -> name.startsWith(prefix))
            .map(name -> name.substring(prefix.length()).split("\\.", 2)[0])
            .collect(Collectors.toSet());
    for (String stored : weights.names()) {
      String current = ParameterNames.current(stored, prefix, wanted);
      boolean bare = !stored.startsWith(prefix) && starts.contains(stored.split("\\.", 2)[0]);
      put(weights, stored, wanted.contains(current) ? current : bare ? prefix + stored : stored);
    }
    if (poolerIsMlp(prefix)) {
      rename(prefix + POOLER, SimCseHead.MLP);
    }
    for (SentenceModule module : spec.modules()) {
      module
          .weightsFile()
          .map(file -> opened(Checkpoint.open(file)))
          .ifPresent(
              own -> own.names().forEach(name -> put(own, name, module.path() + "." + name)));
    }
  }

  private Checkpoint opened(Checkpoint checkpoint) {
    open.add(checkpoint);
    return checkpoint;
  }

  private void put(Checkpoint checkpoint, String stored, String name) {
    if (tensors.put(name, NamedTensor.copy(name, checkpoint, stored)) != null) {
      throw new CheckpointException(
          "%s holds two tensors for the parameter %s; leave one of them."
              .formatted(checkpoint.source(), name));
    }
  }

  /**
   * Returns whether the MLP is stored as BERT's pooler, which it equals: Hugging Face's format has
   * no other place for it.
   */
  private boolean poolerIsMlp(String prefix) {
    boolean trained =
        spec.directory().metadata().head().filter(mode -> mode != HeadMode.NONE).isPresent();
    return (trained || applied)
        && !tensors.containsKey(SimCseHead.MLP + ".weight")
        && tensors.containsKey(prefix + POOLER + ".weight");
  }

  private void rename(String from, String to) {
    for (String part : List.of(".weight", ".bias")) {
      NamedTensor tensor = tensors.remove(from + part);
      if (tensor != null) {
        tensors.put(to + part, tensor.named(to + part));
      }
    }
  }

  private void check() {
    List<String> faults = new ArrayList<>();
    used()
        .forEach(
            (name, shape) -> {
              NamedTensor tensor = tensors.get(name);
              if (tensor == null) {
                faults.add(name + " is missing");
              } else if (!Arrays.equals(tensor.shape(), shape.sizes(Map.of()))) {
                faults.add(
                    "%s is %s, but the model needs %s"
                        .formatted(name, Arrays.toString(tensor.shape()), shape));
              }
            });
    if (!faults.isEmpty()) {
      int shown = Math.min(faults.size(), 8);
      throw new CheckpointException(
          "%s does not hold the model that its config.json and metadata describe: %s%s. Nothing was written."
              .formatted(
                  open.get(0).source(),
                  String.join("; ", faults.subList(0, shown)),
                  shown < faults.size() ? " and %d more".formatted(faults.size() - shown) : ""));
    }
  }

  /** Returns the model without its weights. */
  public ModelSpec spec() {
    return spec;
  }

  /** Returns the computation of vectors, of the parameters {@link #used}. */
  SentenceModel computation() {
    return spec.inference(spec.mlp().map(name -> SimCseHead.MLP), spec.normalize());
  }

  /** Returns the names and shapes of the parameters that vectors are computed with. */
  SortedMap<String, Shape> used() {
    return trace.parameters();
  }

  /** Returns D, the size of a vector. */
  int dimension() {
    return trace.width(SentenceModel.EMBEDDING);
  }

  /** Returns whether the MLP is applied to pooled vectors. */
  boolean mlpIsApplied() {
    return applied;
  }

  /** Returns all tensors by name. */
  SortedMap<String, NamedTensor> tensors() {
    return tensors;
  }

  /**
   * Returns whether the MLP follows the first token, as Hugging Face's pooler does. Its place there
   * is the pooler's then.
   */
  boolean mlpIsPooler() {
    return List.of("cls", "cls_before_pooler").contains(spec.poolerName())
        && metadata().head().filter(mode -> mode != HeadMode.NONE).isPresent();
  }

  /**
   * Returns all tensors under Hugging Face's names: without the encoder's prefix, and the MLP as
   * {@code pooler.dense} if {@link #mlpIsPooler}.
   *
   * @throws InvalidInputException if two tensors have one name there
   */
  Collection<NamedTensor> huggingFaceTensors() {
    String prefix = spec.encoder().parameterPrefix();
    SortedMap<String, NamedTensor> renamed = new TreeMap<>();
    for (NamedTensor tensor : tensors.values()) {
      String name = tensor.name();
      String there =
          name.startsWith(prefix)
              ? name.substring(prefix.length())
              : mlpIsPooler() && name.startsWith(SimCseHead.MLP + ".")
                  ? POOLER + name.substring(SimCseHead.MLP.length())
                  : name;
      if (renamed.put(there, tensor.named(there)) != null) {
        throw new InvalidInputException(
            "%s holds both an MLP and a pooler, for which Hugging Face's format has one place, %s. Convert to simcse, or remove one."
                .formatted(spec.directory().source(), there));
      }
    }
    return renamed.values();
  }

  /** Returns what writes {@link #huggingFaceTensors} with the configuration of transformers. */
  ModelWriter huggingFaceWriter(ModuleFormat modules, WeightsFormat weights) {
    Map<String, Object> config = new LinkedHashMap<>(spec.config());
    if (config.get("architectures") instanceof List<?> classes) {
      config.put(
          "architectures",
          classes.stream()
              .map(name -> name.toString().replaceFirst("ForCL$", "Model")) // of SimCSE's code
              .toList());
    }
    return spec.writer(metadata(), mlpIsPooler() ? POOLER : SimCseHead.MLP, modules, weights)
        .withConfig(config);
  }

  /** Returns the metadata, with the head's mode if only the tensors and the pooler tell it. */
  ModelMetadata metadata() {
    ModelMetadata said = spec.directory().metadata();
    return said.head().isEmpty() && tensors.containsKey(SimCseHead.MLP + ".weight")
        ? said.withHead(
            applied ? HeadMode.TRAIN_AND_TEST : HeadMode.TRAIN_ONLY,
            said.temperature(),
            said.hardNegativeWeight())
        : said;
  }

  /** Writes the model and its card. */
  void write(ModelWriter writer, Collection<NamedTensor> named, Path folder) {
    writer.write(folder, named);
    new ModelCard(writer, dimension(), Optional.empty()).write(folder, spec.directory().folder());
  }

  @Override
  public void close() {
    open.forEach(Checkpoint::close);
  }
}
