package org.simcse.core.train;

import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.ToIntFunction;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.Encoder;
import org.simcse.api.engine.ParameterStore;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.tensor.Shape;
import org.simcse.core.builtin.Heads;
import org.simcse.core.builtin.SimCseHead;
import org.simcse.core.export.ModelCard;
import org.simcse.core.model.DryTrace;
import org.simcse.core.model.Encoders;
import org.simcse.core.model.ModelSpec;
import org.simcse.core.model.SentenceModel;
import org.simcse.core.modeldir.HeadMode;
import org.simcse.core.modeldir.ModelDirectory;
import org.simcse.core.modeldir.ModelMetadata;
import org.simcse.core.modeldir.ModelWriter;
import org.simcse.core.modeldir.ModuleFormat;
import org.simcse.core.tokenize.TextTokenizer;
import org.simcse.core.train.run.TrainingState;
import org.simcse.core.train.step.Auxiliary;
import org.simcse.core.train.step.MaskedLanguageModel;
import org.simcse.core.train.step.Traceable;
import org.simcse.core.train.step.TrainingModel;
import org.simcse.core.weights.Checkpoint;
import org.simcse.core.weights.ParameterNames;
import org.simcse.core.weights.WeightsFormat;

/**
 * The model of a run: a {@link ModelSpec} with what training adds.
 *
 * @param config the run's settings
 * @param spec the model that training starts from
 * @param training the model with its objective
 */
record RunModel(TrainingSettings config, ModelSpec spec, TrainingModel training) {
  /** The name of the masked-language-modelling loss in the log. */
  static final String MLM = "mlm";

  /**
   * Resolves the model of a run.
   *
   * @param directory the model to start from
   * @param views returns V, the number of texts per row, which depends on what the head reads
   */
  static RunModel of(
      TrainingSettings config,
      ModelDirectory directory,
      ToIntFunction<ContrastiveHead> views,
      Collection<ModuleLayer> plugins) {
    Map<String, Object> modelConfig = new LinkedHashMap<>(directory.config());
    config.freshEncoder().ifPresent(size -> modelConfig.putAll(FreshEncoder.config(size)));
    Map<String, Object> inTraining =
        config
            .dropout()
            .map(rate -> Encoders.withDropout(directory, modelConfig, rate, plugins))
            .orElse(modelConfig);
    Optional<String> pooler =
        config.pooler().or(directory.metadata()::pooler).or(() -> Optional.of("cls"));
    ModelSpec resolved =
        ModelSpec.of(
            directory,
            inTraining,
            new ModelSpec.Choice(pooler, Optional.empty(), Optional.empty()),
            plugins);
    ModelSpec spec = config.freshEncoder().isPresent() ? resolved.fresh() : resolved;
    if (config.maxLength() > spec.longestText()) {
      throw new InvalidInputException(
          "The setting max-length is %d, but the model has positions for %d tokens of a text."
              .formatted(config.maxLength(), spec.longestText()));
    }
    ContrastiveHead head = head(config, spec.context(), plugins);
    return new RunModel(
        config,
        spec,
        new TrainingModel(
            spec.encoder(),
            spec.pooler(),
            spec.moduleChain(),
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

  String source() {
    return config
        .freshEncoder()
        .map(size -> "fresh encoder of " + size)
        .orElse(spec.directory().source());
  }

  TextTokenizer openTokenizer(int threads) {
    return TextTokenizer.open(spec.directory().tokenizer(), threads);
  }

  /** Returns the shapes of all parameters in training, by name. */
  private SortedMap<String, Shape> parameters() {
    Traceable fused = training.fused();
    return DryTrace.of(fused.computation(), fused.signature()).parameters();
  }

  /**
   * Returns the approximate size of a checkpoint: one weight and two moments per parameter, and its
   * average if the head reads it, 4 bytes each.
   */
  long checkpointBytes() {
    return (training.head().averaging().isPresent() ? 16 : 12)
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

  /** Loads the initial weights into an engine; new parameters are initialized randomly. */
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

  /** Loads the weights of a checkpoint of the same run into an engine. */
  void restore(Path folder, ParameterStore store) {
    spec.from(ModelDirectory.open(folder)).load(parameters(), Map.of(), name -> false, store);
  }

  /** Returns the computation of vectors as after training, not normalized. */
  SentenceModel inference() {
    boolean applied = config.mlp() == HeadMode.TRAIN_AND_TEST;
    return spec.inference(applied ? Optional.of(SimCseHead.MLP) : Optional.empty(), false);
  }

  /** Writes a model directory. */
  void save(Path folder, ParameterStore store) {
    spec.save(folder, writer(), parameters(), store);
  }

  private ModelWriter writer() {
    ModelMetadata metadata =
        spec.directory()
            .metadata()
            .withHead(
                config.mlp(),
                Optional.of(config.temperature()),
                Optional.of(config.hardNegativeLogit()));
    return spec.writer(metadata, SimCseHead.MLP, ModuleFormat.LEGACY, WeightsFormat.SAFETENSORS);
  }

  /** Returns the card of the trained model. */
  ModelCard card(TrainingState state) {
    return new ModelCard(
        writer(),
        DryTrace.of(inference(), SentenceModel.signature()).width(SentenceModel.EMBEDDING),
        Optional.of(state));
  }
}
