package org.simcse.core.train;

import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.Encoder;
import org.simcse.api.Pooler;
import org.simcse.api.engine.ParameterStore;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.Providers;
import org.simcse.api.tensor.Shape;
import org.simcse.core.builtin.SimCseHead;
import org.simcse.core.builtin.TrainingHead;
import org.simcse.core.model.DenseProjection;
import org.simcse.core.model.DryTrace;
import org.simcse.core.model.ModelWeights;
import org.simcse.core.model.SentenceModel;
import org.simcse.core.modeldir.HeadMode;
import org.simcse.core.modeldir.ModelDirectory;
import org.simcse.core.modeldir.ModelMetadata;
import org.simcse.core.modeldir.ModelWriter;
import org.simcse.core.tokenize.TextTokenizer;
import org.simcse.core.train.step.Auxiliary;
import org.simcse.core.train.step.MaskedLanguageModel;
import org.simcse.core.train.step.Traceable;
import org.simcse.core.train.step.TrainingModel;
import org.simcse.core.weights.Checkpoint;
import org.simcse.core.weights.DataType;
import org.simcse.core.weights.SafetensorsWriter;

/**
 * The model of a run: where it starts from, what is differentiated, and how it is saved.
 *
 * @param config the run's
 * @param directory where weights and tokenizer come from
 * @param modelConfig {@code config.json} of the model in training
 * @param pooler the pooler's name and options
 * @param training what is differentiated
 * @param maxLength tokens after which a text is cut in training
 */
record TrainedModel(
    TrainingConfig config,
    ModelDirectory directory,
    Map<String, Object> modelConfig,
    String pooler,
    TrainingModel training,
    int maxLength) {
  /** What the log calls the loss of masked language modelling. */
  static final String MLM = "mlm";

  private static final int HEAD_SIZE = 32;

  static TrainedModel of(TrainingConfig config, int views, Collection<ModuleLayer> plugins) {
    ModelDirectory directory =
        config.model().map(ModelDirectory::open).orElseGet(ModelDirectory::embeddedDefault);
    Map<String, Object> modelConfig = new LinkedHashMap<>(directory.config());
    config.freshEncoder().ifPresent(size -> modelConfig.putAll(fresh(size)));
    config
        .dropout()
        .ifPresent(
            rate -> {
              modelConfig.put("hidden_dropout_prob", rate);
              modelConfig.put("attention_probs_dropout_prob", rate);
            });
    Options type =
        Options.of((String) modelConfig.getOrDefault("model_type", directory.modelType()));
    Encoder encoder =
        Providers.encoders(plugins)
            .create(type, provider -> provider.create(ModelContext.of(modelConfig), type));
    ModelContext context = ModelContext.of(modelConfig).with(encoder);
    String named = config.pooler().or(directory.metadata()::pooler).orElse("cls");
    Options wanted = Options.parse(named);
    Pooler pooler =
        Providers.poolers(plugins).create(wanted, provider -> provider.create(context, wanted));
    if (config.maxLength() > encoder.maxTokens()) {
      throw new InvalidInputException(
          "The setting max-length is %d, but the model has positions for %d tokens."
              .formatted(config.maxLength(), encoder.maxTokens()));
    }
    return new TrainedModel(
        config,
        directory,
        modelConfig,
        named,
        new TrainingModel(
            encoder, pooler, head(config, context, plugins), views, auxiliaries(config, encoder)),
        config.maxLength());
  }

  private static List<Auxiliary> auxiliaries(TrainingConfig config, Encoder encoder) {
    return config.mlm()
        ? List.of(
            new Auxiliary(
                MLM, config.mlmWeight(), MaskedLanguageModel.of(encoder, config.mlmTied())))
        : List.of();
  }

  private static ContrastiveHead head(
      TrainingConfig config, ModelContext context, Collection<ModuleLayer> plugins) {
    return TrainingHead.of(
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
    return config.freshEncoder().map(size -> "fresh encoder of " + size).orElse(directory.source());
  }

  int views() {
    return training.views();
  }

  boolean dropoutIsOff() {
    return number("hidden_dropout_prob") == 0 && number("attention_probs_dropout_prob") == 0;
  }

  private double number(String key) {
    return modelConfig.get(key) instanceof Number rate ? rate.doubleValue() : 0.1;
  }

  TextTokenizer openTokenizer(int threads) {
    return TextTokenizer.open(directory.tokenizer(), threads);
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
    SortedMap<String, Shape> encoder = new TreeMap<>(parameters());
    SortedMap<String, Shape> rest = new TreeMap<>(encoder);
    String prefix = directory.modelType() + ".";
    encoder.keySet().removeIf(name -> !name.startsWith(prefix));
    rest.keySet().removeAll(encoder.keySet());
    Map<String, String> aliases = new HashMap<>();
    if (config.mlm()) {
      aliases.putAll(MaskedLanguageModel.of(training.encoder(), config.mlmTied()).aliases());
    }
    if (config.mlpInit() == TrainingConfig.MlpInit.PRETRAINED_POOLER) {
      aliases.putAll(SimCseHead.poolerAliases(prefix));
    }
    try (Checkpoint weights = directory.openWeights().withAliases(aliases)) {
      requirePretrainedPooler(weights);
      ModelWeights.load(weights, "", encoder, store, config.allowNewParameters());
      ModelWeights.load(weights, "", rest, store, true);
    }
  }

  private void requirePretrainedPooler(Checkpoint weights) {
    if (config.mlpInit() == TrainingConfig.MlpInit.PRETRAINED_POOLER
        && config.mlp() != HeadMode.NONE
        && !weights.names().contains(SimCseHead.MLP + ".weight")) {
      throw new InvalidInputException(
          "%s has no pretrained pooler for the MLP to start from; leave out mlp-init."
              .formatted(directory.source()));
    }
  }

  /** Tokens after which a text is cut when it is embedded, in evaluations as by the saved model. */
  int embeddedLength() {
    int positions = training.encoder().maxTokens();
    return config.freshEncoder().isPresent()
        ? positions
        : directory.metadata().lengthWithin(positions);
  }

  /** The computation of vectors as they will be after training, not normalised. */
  SentenceModel inference() {
    int width = training.encoder().hiddenSize();
    return new SentenceModel(
        training.encoder(),
        training.pooler(),
        config.mlp() == HeadMode.TRAIN_AND_TEST
            ? new DenseProjection(SimCseHead.MLP, width, true, true)
            : SentenceModel.Projection.none(),
        false);
  }

  /** Writes a model directory. */
  void save(Path folder, ParameterStore store) {
    ModelMetadata metadata =
        new ModelMetadata(
            Optional.of(pooler),
            Optional.of(config.mlp()),
            Optional.empty(),
            directory.metadata().normalize(),
            Optional.of(embeddedLength()),
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
    new ModelWriter(modelConfig, directory.tokenizer(), metadata, SimCseHead.MLP)
        .write(folder, names.keySet().stream().map(entry).toList());
  }
}
