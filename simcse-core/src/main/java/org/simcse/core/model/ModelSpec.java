package org.simcse.core.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Predicate;
import org.simcse.api.Encoder;
import org.simcse.api.Pooler;
import org.simcse.api.engine.ParameterStore;
import org.simcse.api.error.CheckpointException;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.PoolerProvider;
import org.simcse.api.spi.Providers;
import org.simcse.api.tensor.Shape;
import org.simcse.core.builtin.SimCseHead;
import org.simcse.core.modeldir.HeadMode;
import org.simcse.core.modeldir.ModelDirectory;
import org.simcse.core.modeldir.ModelMetadata;
import org.simcse.core.modeldir.ModelWriter;
import org.simcse.core.modeldir.SentenceModule;
import org.simcse.core.weights.Checkpoint;
import org.simcse.core.weights.DataType;
import org.simcse.core.weights.ParameterNames;
import org.simcse.core.weights.SafetensorsWriter;

/**
 * A model of which every name is resolved and nothing is loaded: what a directory says, and what
 * the user chose in its place. Embedding and training both start from here.
 *
 * @param directory where it comes from
 * @param config {@code config.json}
 * @param encoder makes hidden states
 * @param poolerName the pooler's name and options
 * @param pooler makes one vector of hidden states
 * @param modules what follows the pooler, without the MLP of SimCSE and without normalisation
 * @param mlp the parameter prefix of the MLP that is applied at inference, if one is
 * @param normalize whether vectors are scaled to length 1
 * @param maxLength tokens after which a text is cut, special tokens included
 */
public record ModelSpec(
    ModelDirectory directory,
    Map<String, Object> config,
    Encoder encoder,
    String poolerName,
    Pooler pooler,
    List<SentenceModule> modules,
    Optional<String> mlp,
    boolean normalize,
    int maxLength) {
  /** Between the poolers of a concatenation. */
  private static final String CONCATENATION = "[\\w@-]+(\\+[\\w@-]+)+";

  /**
   * What a user may choose in place of what the model says.
   *
   * @param pooler name and options, or several names with {@code +} between them
   * @param normalize whether vectors are scaled to length 1
   * @param maxLength tokens after which a text is cut
   */
  public record Choice(
      Optional<String> pooler, Optional<Boolean> normalize, Optional<Integer> maxLength) {
    /** What the model says. */
    public static Choice none() {
      return new Choice(Optional.empty(), Optional.empty(), Optional.empty());
    }
  }

  /**
   * Resolves a directory as it is.
   *
   * @param plugins where providers are looked for beside SimCSE's own
   * @throws CheckpointException if there is no encoder for it
   * @throws InvalidInputException if there is no pooler, neither said nor chosen, or the maximal
   *     length is beyond the model's positions
   */
  public static ModelSpec of(
      ModelDirectory directory, Choice choice, Collection<ModuleLayer> plugins) {
    return of(directory, directory.config(), choice, plugins);
  }

  /**
   * Resolves a directory with another configuration.
   *
   * @param config in place of the directory's {@code config.json}
   */
  public static ModelSpec of(
      ModelDirectory directory,
      Map<String, Object> config,
      Choice choice,
      Collection<ModuleLayer> plugins) {
    ModelMetadata metadata = directory.metadata();
    Encoder encoder = Encoders.of(directory, config, plugins);
    ModelContext context = ModelContext.of(config).with(encoder);
    Providers<PoolerProvider> poolers = Providers.poolers(plugins);
    String name =
        choice
            .pooler()
            .or(metadata::pooler)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "%s does not say how its hidden states become a vector; choose one of the poolers %s."
                            .formatted(
                                directory.source(),
                                String.join(
                                    ", ", poolers.all().stream().map(p -> p.name()).toList()))));
    // What follows the model's own pooler was trained behind it, and belongs to no other.
    boolean own =
        choice.pooler().isEmpty()
            || metadata.pooler().filter(said -> sameName(said, name)).isPresent();
    return new ModelSpec(
        directory,
        config,
        encoder,
        name,
        pooler(name, context, poolers),
        own ? metadata.modules() : List.of(),
        mlp(directory, encoder, name, own),
        choice.normalize().or(metadata::normalize).orElse(false),
        length(directory, encoder, choice.maxLength()));
  }

  private static boolean sameName(String said, String chosen) {
    return Options.parse(said).provider().equals(Options.parse(chosen).provider());
  }

  private static Pooler pooler(
      String wanted, ModelContext context, Providers<PoolerProvider> poolers) {
    List<Pooler> parts = new ArrayList<>();
    String[] names = wanted.matches(CONCATENATION) ? wanted.split("\\+") : new String[] {wanted};
    for (String name : names) {
      Options part = Options.parse(name);
      parts.add(poolers.create(part, provider -> provider.create(context, part)));
    }
    return parts.size() == 1 ? parts.get(0) : new ConcatenatedPooler(parts);
  }

  /**
   * The name of the MLP that the model applies at inference: behind the pooler that its metadata
   * names with it, and behind {@code cls} unless the metadata says otherwise. A checkpoint of the
   * reference does not say whether its MLP stays; with {@code cls} it does.
   */
  private static Optional<String> mlp(
      ModelDirectory directory, Encoder encoder, String pooler, boolean own) {
    Optional<HeadMode> said = directory.metadata().head();
    boolean applied =
        said.orElse(HeadMode.TRAIN_AND_TEST) == HeadMode.TRAIN_AND_TEST
            && (pooler.equals("cls") || (said.isPresent() && own));
    return applied ? Optional.of(mlp(directory, encoder)) : Optional.empty();
  }

  /**
   * A SimCSE checkpoint that was converted to Hugging Face's form keeps its MLP as BERT's pooler,
   * which computes the same.
   */
  private static String mlp(ModelDirectory directory, Encoder encoder) {
    String prefix = encoder.parameterPrefix();
    String converted = prefix + "pooler.dense";
    try (Checkpoint weights =
        ParameterNames.of(directory.openWeights(), prefix, Set.of(SimCseHead.MLP + ".weight"))) {
      return !weights.names().contains(SimCseHead.MLP + ".weight")
              && weights.names().contains(converted + ".weight")
          ? converted
          : SimCseHead.MLP;
    }
  }

  private static int length(ModelDirectory directory, Encoder encoder, Optional<Integer> wanted) {
    int possible = encoder.maxTokens();
    if (wanted.isPresent() && wanted.get() > possible) {
      throw new InvalidInputException(
          "The maximal length %d is beyond the model's %d positions."
              .formatted(wanted.get(), possible));
    }
    return wanted.orElseGet(() -> directory.metadata().lengthWithin(possible));
  }

  /** The same model with the parameters of another directory, such as a checkpoint of a run. */
  public ModelSpec from(ModelDirectory other) {
    return new ModelSpec(
        other,
        config,
        encoder,
        poolerName,
        pooler,
        other.metadata().modules(),
        mlp,
        normalize,
        maxLength);
  }

  /**
   * The same model with nothing of the directory's weights: no modules follow the pooler, and texts
   * are cut at the encoder's own limit.
   */
  public ModelSpec fresh() {
    return new ModelSpec(
        directory,
        config,
        encoder,
        poolerName,
        pooler,
        List.of(),
        mlp,
        normalize,
        encoder.maxTokens());
  }

  /** What a head is made for. */
  public ModelContext context() {
    return ModelContext.of(config).with(encoder);
  }

  /** {@link #modules} as a computation. */
  public Projection moduleChain() {
    return Projection.chain(modules.stream().map(Projection::of).toList());
  }

  /** The computation of vectors. */
  public SentenceModel inference() {
    return inference(mlp, normalize);
  }

  /** The same with another MLP after the modules, or none, and with or without normalisation. */
  public SentenceModel inference(Optional<String> appliedMlp, boolean normalized) {
    List<Projection> projections = new ArrayList<>(List.of(moduleChain()));
    appliedMlp.ifPresent(name -> projections.add(Projection.mlp(name)));
    return new SentenceModel(encoder, pooler, Projection.chain(projections), normalized);
  }

  /**
   * Loads the parameters of {@link #inference()}.
   *
   * @param allowNew whether parameters beside the encoder's that the directory lacks start from
   *     random values
   * @return D, the size of a vector
   * @throws CheckpointException if parameters are missing or have other shapes
   */
  public int load(ParameterStore store, boolean allowNew) {
    DryTrace dry = DryTrace.of(inference(), SentenceModel.signature());
    load(dry.parameters(), Map.of(), name -> allowNew, store);
    return Math.toIntExact(
        Objects.requireNonNull(dry.outputs().get(SentenceModel.EMBEDDING)).dim(1).size());
  }

  /**
   * Loads parameters by name: those of a module from its own file, all others from the encoder's.
   *
   * @param wanted shapes by full name
   * @param aliases where a parameter may be stored under another name: stored names by wanted ones
   * @param mayBeNew the parameters that may be missing; those of the encoder never may
   * @throws CheckpointException listing every parameter that is missing or has another shape
   */
  public void load(
      Map<String, Shape> wanted,
      Map<String, String> aliases,
      Predicate<String> mayBeNew,
      ParameterStore store) {
    new ModelWeights(directory, encoder, modules).load(wanted, aliases, mayBeNew, store);
  }

  /**
   * Writes a model directory with this model's configuration, tokenizer, pooler and modules.
   *
   * @param folder exists
   * @param metadata gives the head and its settings
   * @param names shapes by full name of the parameters to write
   * @throws org.simcse.api.error.SimCseException if a file cannot be written
   */
  public void save(
      Path folder, ModelMetadata metadata, SortedMap<String, Shape> names, ParameterStore store) {
    DataType type = DataType.of(store.get(names.firstKey()));
    List<SafetensorsWriter.Entry> entries = new ArrayList<>();
    names.forEach(
        (name, shape) ->
            entries.add(
                new SafetensorsWriter.Entry(
                    name, type, shape.sizes(Map.of()), () -> store.get(name))));
    new ModelWriter(
            config,
            encoder.hiddenSize(),
            directory.tokenizer(),
            metadata
                .withPooler(Optional.of(poolerName))
                .withModules(modules)
                .withMaxLength(Optional.of(maxLength)),
            SimCseHead.MLP)
        .write(folder, entries);
  }
}
