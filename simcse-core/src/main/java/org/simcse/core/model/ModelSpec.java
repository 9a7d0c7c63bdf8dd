package org.simcse.core.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.simcse.api.Encoder;
import org.simcse.api.Pooler;
import org.simcse.api.TokenSequence;
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
import org.simcse.core.modeldir.ModuleFormat;
import org.simcse.core.modeldir.SentenceModule;
import org.simcse.core.tokenize.TextTokenizer;
import org.simcse.core.weights.Checkpoint;
import org.simcse.core.weights.DataType;
import org.simcse.core.weights.NamedTensor;
import org.simcse.core.weights.ParameterNames;
import org.simcse.core.weights.WeightsFormat;

/**
 * A model with resolved names and no weights loaded: a directory's configuration with the user's
 * overrides. Embedding and training both start from here.
 *
 * @param directory the model directory
 * @param config the contents of {@code config.json}
 * @param encoder the encoder
 * @param poolerName the pooler's name and options
 * @param pooler the pooler
 * @param modules the modules after the pooler, without SimCSE's MLP and without normalization
 * @param mlp the parameter prefix of the MLP that is applied at inference, if any
 * @param normalize whether vectors are scaled to length 1
 * @param maxLength the number of tokens that texts are truncated to, special tokens included
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
  /** Matches a concatenation of poolers. */
  private static final String CONCATENATION = "[\\w@-]+(\\+[\\w@-]+)+";

  /**
   * A user's overrides of a model's metadata.
   *
   * @param pooler a name and options, or several names joined by {@code +}
   * @param normalize whether vectors are scaled to length 1
   * @param maxLength the number of tokens that texts are truncated to
   */
  public record Choice(
      Optional<String> pooler, Optional<Boolean> normalize, Optional<Integer> maxLength) {
    /** Returns no overrides. */
    public static Choice none() {
      return new Choice(Optional.empty(), Optional.empty(), Optional.empty());
    }
  }

  /**
   * Resolves a directory with its own configuration.
   *
   * @param plugins the plugins, searched for providers beside SimCSE's own
   * @throws CheckpointException if there is no encoder for it
   * @throws InvalidInputException if neither the metadata nor the user specifies a pooler, or the
   *     maximal length exceeds the model's positions
   */
  public static ModelSpec of(
      ModelDirectory directory, Choice choice, Collection<ModuleLayer> plugins) {
    return of(directory, directory.config(), choice, plugins);
  }

  /**
   * Resolves a directory with another configuration.
   *
   * @param config the configuration to use instead of the directory's {@code config.json}
   */
  public static ModelSpec of(
      ModelDirectory directory,
      Map<String, Object> config,
      Choice choice,
      Collection<ModuleLayer> plugins) {
    ModelMetadata metadata = directory.metadata();
    Encoder encoder = Encoders.of(directory, config, plugins);
    ModelContext context = context(directory, config, encoder);
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
    // The modules after the model's own pooler were trained with it and are not valid after
    // another.
    boolean own =
        choice.pooler().isEmpty()
            || metadata.pooler().filter(said -> sameName(said, name)).isPresent();
    Pooler pooler = pooler(name, context, poolers);
    return new ModelSpec(
        directory,
        config,
        encoder,
        name,
        pooler,
        own ? metadata.modules() : List.of(),
        mlp(directory, encoder, name, own),
        choice.normalize().or(metadata::normalize).orElse(false),
        length(directory, longest(encoder, pooler, name), choice.maxLength()));
  }

  private static ModelContext context(
      ModelDirectory directory, Map<String, Object> config, Encoder encoder) {
    return ModelContext.of(config)
        .with(encoder)
        .withTokenizer(
            texts -> {
              try (TextTokenizer tokenizer = TextTokenizer.open(directory.tokenizer(), 1)) {
                return texts.stream().map(tokenizer::unframed).toList();
              }
            });
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
   * Returns the name of the MLP that the model applies at inference: after the pooler that its
   * metadata names with it, and by default after {@code cls}. A checkpoint of the reference does
   * not say whether its MLP is applied; with {@code cls} it is.
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
   * Returns the name of the stored MLP; a SimCSE checkpoint converted to Hugging Face's format
   * stores it as BERT's pooler, which is equivalent.
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

  /** Returns the number of tokens that a text may have before the pooler adds its own. */
  private static int longest(Encoder encoder, Pooler pooler, String poolerName) {
    int frame = 2;
    TokenSequence empty = new TokenSequence(new int[frame], new int[frame]);
    int added = pooler.prepare(empty).length() - frame;
    if (added > encoder.maxTokens() - frame) {
      throw new InvalidInputException(
          "The pooler %s adds %d tokens to every text, but the model has positions for %d in all."
              .formatted(poolerName, added, encoder.maxTokens()));
    }
    return encoder.maxTokens() - added;
  }

  private static int length(ModelDirectory directory, int possible, Optional<Integer> wanted) {
    if (wanted.isPresent() && wanted.get() > possible) {
      throw new InvalidInputException(
          "The maximal length %d is beyond the model's %d positions for a text."
              .formatted(wanted.get(), possible));
    }
    return wanted.orElseGet(() -> directory.metadata().lengthWithin(possible));
  }

  /** Returns this model with the parameters of another directory, such as a checkpoint of a run. */
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
   * Returns this model without the directory's weights: no modules follow the pooler, and texts are
   * truncated to {@link #longestText}.
   */
  public ModelSpec fresh() {
    return new ModelSpec(
        directory, config, encoder, poolerName, pooler, List.of(), mlp, normalize, longestText());
  }

  /**
   * Returns the number of tokens that a text may have, special tokens included: the encoder's
   * positions without those of the tokens that the pooler adds.
   */
  public int longestText() {
    return longest(encoder, pooler, poolerName);
  }

  /** Returns whether a pooler changes the tokens of a text before they are encoded. */
  public static boolean changesTokens(Pooler pooler) {
    TokenSequence tokens = new TokenSequence(new int[3], new int[3]);
    return !Arrays.equals(pooler.prepare(tokens).ids(), tokens.ids());
  }

  /** Returns the context for creating a head. */
  public ModelContext context() {
    return context(directory, config, encoder);
  }

  /** Returns {@link #modules} as a computation. */
  public Projection moduleChain() {
    return Projection.chain(modules.stream().map(Projection::of).toList());
  }

  /** Returns the computation of vectors. */
  public SentenceModel inference() {
    return inference(mlp, normalize);
  }

  /**
   * Returns the computation of vectors with another MLP after the modules, or none, and with or
   * without normalization.
   */
  public SentenceModel inference(Optional<String> appliedMlp, boolean normalized) {
    List<Projection> projections = new ArrayList<>(List.of(moduleChain()));
    appliedMlp.ifPresent(name -> projections.add(Projection.mlp(name)));
    return new SentenceModel(encoder, pooler, Projection.chain(projections), normalized);
  }

  /**
   * Loads the parameters of {@link #inference()}.
   *
   * @param opened opens the directory's weights, or returns those opened before; they are closed
   * @param allowNew whether missing parameters, except the encoder's, are initialized randomly
   * @return D, the size of a vector
   * @throws CheckpointException if parameters are missing or have other shapes
   */
  public int load(Supplier<Checkpoint> opened, ParameterStore store, boolean allowNew) {
    DryTrace dry = DryTrace.of(inference(), SentenceModel.signature());
    new ModelWeights(directory, encoder, modules)
        .load(opened, dry.parameters(), Map.of(), name -> allowNew, store);
    return dry.width(SentenceModel.EMBEDDING);
  }

  /**
   * Loads parameters by name: those of a module from the module's own file, all others from the
   * encoder's.
   *
   * @param wanted the shapes of the parameters to load, by full name
   * @param aliases alternative names in the checkpoint, by full name
   * @param mayBeNew accepts the parameters that may be missing; the encoder's never may
   * @throws CheckpointException listing every parameter that is missing or has another shape
   */
  public void load(
      Map<String, Shape> wanted,
      Map<String, String> aliases,
      Predicate<String> mayBeNew,
      ParameterStore store) {
    new ModelWeights(directory, encoder, modules)
        .load(directory::openWeights, wanted, aliases, mayBeNew, store);
  }

  /**
   * Writes a model directory with this model's configuration, tokenizer, pooler and modules.
   *
   * @param folder an existing folder
   * @param writer as {@link #writer} returns it
   * @param names the shapes of the parameters to write, by full name
   * @throws org.simcse.api.error.SimCseException if a file cannot be written
   */
  public void save(
      Path folder, ModelWriter writer, SortedMap<String, Shape> names, ParameterStore store) {
    DataType type = DataType.of(store.get(names.firstKey()));
    List<NamedTensor> entries = new ArrayList<>();
    names.forEach(
        (name, shape) ->
            entries.add(NamedTensor.of(name, type, shape.sizes(Map.of()), () -> store.get(name))));
    writer.write(folder, entries);
  }

  /**
   * Returns what writes this model's configuration, tokenizer, pooler and modules.
   *
   * @param metadata the metadata of the head, the prompts and the similarity
   * @param mlpName the prefix of the names that the MLP's parameters are written under
   */
  public ModelWriter writer(
      ModelMetadata metadata, String mlpName, ModuleFormat format, WeightsFormat weights) {
    return new ModelWriter(
        config,
        encoder.hiddenSize(),
        directory.tokenizer(),
        metadata
            .withPooler(Optional.of(poolerName))
            .withModules(modules)
            .withMaxLength(Optional.of(maxLength)),
        mlpName,
        format,
        weights);
  }
}
