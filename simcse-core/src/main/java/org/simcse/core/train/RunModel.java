package org.simcse.core.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.Encoder;
import org.simcse.api.engine.ParameterStore;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.tensor.Shape;
import org.simcse.core.builtin.SimCseHead;
import org.simcse.core.builtin.Heads;
import org.simcse.core.model.DryTrace;
import org.simcse.core.model.Encoders;
import org.simcse.core.model.ModelSpec;
import org.simcse.core.model.Projection;
import org.simcse.core.model.SentenceModel;
import org.simcse.core.modeldir.HeadMode;
import org.simcse.core.modeldir.ModelDirectory;
import org.simcse.core.modeldir.ModelMetadata;
import org.simcse.core.modeldir.ModelWriter;
import org.simcse.core.modeldir.Prompts;
import org.simcse.core.tokenize.TextTokenizer;
import org.simcse.core.train.step.Auxiliary;
import org.simcse.core.train.step.MaskedLanguageModel;
import org.simcse.core.train.step.Traceable;
import org.simcse.core.train.step.TrainingModel;
import org.simcse.core.weights.Checkpoint;
import org.simcse.core.weights.DataType;
import org.simcse.core.weights.ParameterNames;
import org.simcse.core.weights.SafetensorsWriter;

/**
 * The model of a run: what training adds to a {@link ModelSpec}, and how the result is saved.
 *
 * @param config the run's
 * @param spec the model that training starts from
 * @param training what is differentiated
 */
record RunModel(TrainingSettings config, ModelSpec spec, TrainingModel training) {
  /** What the log calls the loss of masked language modelling. */
  static final String MLM = "mlm";

  private static final int HEAD_SIZE = 32;

  /**
   * Resolves the model of a run.
   *
   * @param views gives V, the number of texts in a row, which depends on what the head reads
   */
  static RunModel of(
      TrainingSettings config,
      ToIntFunction<ContrastiveHead> views,
      Collection<ModuleLayer> plugins) {
    ModelDirectory directory = ModelDirectory.of(config.model());
    Map<String, Object> modelConfig = new LinkedHashMap<>(directory.config());
    config.freshEncoder().ifPresent(size -> modelConfig.putAll(fresh(size)));
    Map<String, Object> inTraining =
        config
            .dropout()
            .map(rate -> Encoders.withDropout(directory, modelConfig, rate, plugins))
            .orElse(modelConfig);
    Optional<String> pooler =
        config.pooler().or(directory.metadata()::pooler).or(() -> Optional.of("cls"));
    ModelSpec spec =
        ModelSpec.of(
            directory,
            inTraining,
            new ModelSpec.Choice(pooler, Optional.empty(), Optional.empty()),
            plugins);
    if (config.maxLength() > spec.encoder().maxTokens()) {
      throw new InvalidInputException(
          "The setting max-length is %d, but the model has positions for %d tokens."
              .formatted(config.maxLength(), spec.encoder().maxTokens()));
    }
    ContrastiveHead head = head(config, spec.context(), plugins);
    return new RunModel(
        config,
        spec,
        new TrainingModel(
            spec.encoder(),
            spec.pooler(),
            config.freshEncoder().isPresent() ? Projection.chain(List.of()) : spec.moduleChain(),
            head,
            views.applyAsInt(head),
            auxiliaries(config, spec.encoder())));
  }

  private static List<Auxiliary> auxiliaries(TrainingSettings config, Encoder encoder) {
    return config.mlm()
        ? List.of(
            new Auxiliary(
                MLM, config.mlmWeight(), MaskedLanguageModel.of(encoder, config.mlmTied())))
        : List.of();
  }

  private static ContrastiveHead head(
      TrainingSettings config, ModelContext context, Collection<ModuleLayer> plugins) {
    return Heads.of(
        Options.parse(config.head()),
        config.mlp(),
        config.temperature(),
        config.hardNegativeLogit(),
        context,
        plugins);
  }

  /** The config of a fresh encoder: as BERT's, with attention heads of 32. */
  private static Map<String, Object> fresh(String size) {
    String[] parts = size.split("x", -1);
    try {
      int layers = Integer.parseInt(parts[0]);
      int hidden = Integer.parseInt(parts.length == 2 ? parts[1] : "");
      if (layers > 0 && hidden > 0 && hidden % HEAD_SIZE == 0) {
        Map<String, Object> sizes = new HashMap<>();
        sizes.put("model_type", "bert");
        sizes.put("num_hidden_layers", layers);
        sizes.put("hidden_size", hidden);
        sizes.put("num_attention_heads", hidden / HEAD_SIZE);
        sizes.put("intermediate_size", 4 * hidden);
        return sizes;
      }
    } catch (NumberFormatException e) {
      throw refused(size, e);
    }
    throw refused(size, null);
  }

  private static InvalidInputException refused(String size, @Nullable Throwable cause) {
    return new InvalidInputException(
        "The setting fresh-encoder is '%s', but it must be LAYERSxHIDDEN with a multiple of %d, such as 2x128."
            .formatted(size, HEAD_SIZE),
        cause);
  }

  String source() {
    return config
        .freshEncoder()
        .map(size -> "fresh encoder of " + size)
        .orElse(spec.directory().source());
  }

  int views() {
    return training.views();
  }

  boolean dropoutIsOff() {
    return spec.encoder().dropout() == 0;
  }

  /** Tokens after which a text is cut in training. */
  int maxLength() {
    return config.maxLength();
  }

  Prompts prompts() {
    return spec.directory().metadata().prompts();
  }

  TextTokenizer openTokenizer(int threads) {
    return TextTokenizer.open(spec.directory().tokenizer(), threads);
  }

  /** The shapes of all parameters in training, by name. */
  private SortedMap<String, Shape> parameters() {
    Traceable fused = training.fused();
    return DryTrace.of(fused.computation(), fused.signature()).parameters();
  }

  /** About how large a checkpoint is: a weight and two moments, 4 bytes each. */
  long checkpointBytes() {
    return 12
        * parameters().values().stream()
            .mapToLong(
                shape -> {
                  long count = 1;
                  for (long size : shape.sizes(Map.of())) {
                    count *= size;
                  }
                  return count;
                })
            .sum();
  }

  /** Brings the first weights to an engine; what is new there starts from random values. */
  void load(ParameterStore store) {
    if (config.freshEncoder().isPresent()) {
      return;
    }
    Map<String, String> aliases = new HashMap<>();
    if (config.mlm()) {
      aliases.putAll(MaskedLanguageModel.of(training.encoder(), config.mlmTied()).aliases());
    }
    if (config.mlpInit() == TrainingSettings.MlpInit.PRETRAINED_POOLER) {
      aliases.putAll(SimCseHead.poolerAliases(spec.encoder().parameterPrefix()));
      requirePretrainedPooler();
    }
    spec.load(parameters(), aliases, name -> true, store);
  }

  private void requirePretrainedPooler() {
    String prefix = spec.encoder().parameterPrefix();
    Map<String, String> aliases = SimCseHead.poolerAliases(prefix);
    try (Checkpoint weights =
        ParameterNames.of(spec.directory().openWeights(), prefix, aliases.keySet())
            .withAliases(aliases)) {
      if (!weights.names().contains(SimCseHead.MLP + ".weight")) {
        throw new InvalidInputException(
            "%s has no pretrained pooler for the MLP to start from; leave out mlp-init."
                .formatted(spec.directory().source()));
      }
    }
  }

  /** Brings the weights of a checkpoint of the same run to an engine. */
  void restore(Path folder, ParameterStore store) {
    spec.from(ModelDirectory.open(folder)).load(parameters(), Map.of(), name -> false, store);
  }

  /** Tokens after which a text is cut when it is embedded, in evaluations as by the saved model. */
  int embeddedLength() {
    return config.freshEncoder().isPresent() ? spec.encoder().maxTokens() : spec.maxLength();
  }

  /** The computation of vectors as they will be after training, not normalised. */
  SentenceModel inference() {
    List<Projection> projections = new ArrayList<>(List.of(training.modules()));
    if (config.mlp() == HeadMode.TRAIN_AND_TEST) {
      projections.add(Projection.mlp(SimCseHead.MLP));
    }
    return new SentenceModel(
        training.encoder(), training.pooler(), Projection.chain(projections), false);
  }

  /** Writes a model directory. */
  void save(Path folder, ParameterStore store) {
    ModelMetadata metadata =
        spec.directory()
            .metadata()
            .withPooler(Optional.of(spec.poolerName()))
            .withModules(config.freshEncoder().isPresent() ? List.of() : spec.modules())
            .withMaxLength(Optional.of(embeddedLength()))
            .withHead(
                config.mlp(),
                Optional.of(config.temperature()),
                Optional.of(config.hardNegativeLogit()));
    SortedMap<String, Shape> names = parameters();
    DataType type = DataType.of(store.get(names.firstKey()));
    Function<String, SafetensorsWriter.Entry> entry =
        name ->
            new SafetensorsWriter.Entry(
                name,
                type,
                Objects.requireNonNull(names.get(name)).sizes(Map.of()),
                () -> store.get(name));
    new ModelWriter(
            spec.config(),
            spec.encoder().hiddenSize(),
            spec.directory().tokenizer(),
            metadata,
            SimCseHead.MLP)
        .write(folder, names.keySet().stream().map(entry).toList());
  }
}
