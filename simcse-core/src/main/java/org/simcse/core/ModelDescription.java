package org.simcse.core;

import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.simcse.api.Encoder;
import org.simcse.api.engine.ParameterStore;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.Providers;
import org.simcse.api.tensor.Shape;
import org.simcse.core.builtin.SimCseHead;
import org.simcse.core.model.DenseProjection;
import org.simcse.core.model.DryTrace;
import org.simcse.core.model.ModelWeights;
import org.simcse.core.model.SentenceModel;
import org.simcse.core.modeldir.DenseLayer;
import org.simcse.core.modeldir.HeadMode;
import org.simcse.core.modeldir.ModelDirectory;
import org.simcse.core.modeldir.ModelMetadata;
import org.simcse.core.weights.Checkpoint;

/**
 * What a model directory and the user's wishes come to: which computation, cut after how many
 * tokens.
 *
 * @param directory where weights and tokenizer are
 * @param model the computation
 * @param maxLength tokens after which a text is cut
 */
record ModelDescription(ModelDirectory directory, SentenceModel model, int maxLength) {
  /**
   * What stands in front of the names of sentence-transformers' dense layer, which has a file of
   * its own.
   */
  private static final String DENSE = "2_Dense.";

  static ModelDescription of(
      ModelDirectory directory,
      Collection<ModuleLayer> plugins,
      Optional<String> wantedPooler,
      Optional<Boolean> normalize,
      Optional<Integer> maxLength) {
    ModelMetadata metadata = directory.metadata();
    ModelContext context = ModelContext.of(directory.config());
    Options type = Options.of(directory.modelType());
    Encoder encoder =
        Providers.encoders(plugins).create(type, provider -> provider.create(context, type));
    String pooler =
        wantedPooler
            .or(metadata::pooler)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "%s does not say how its hidden states become a vector. Choose with --pooler: %s."
                            .formatted(
                                directory.source(),
                                String.join(
                                    ", ",
                                    Providers.poolers(plugins).all().stream()
                                        .map(p -> p.name())
                                        .toList()))));
    Options wanted = Options.parse(pooler);
    SentenceModel model =
        new SentenceModel(
            encoder,
            Providers.poolers(plugins)
                .create(wanted, provider -> provider.create(context.with(encoder), wanted)),
            projection(
                directory, encoder.hiddenSize(), wanted.provider(), wantedPooler.isPresent()),
            normalize.or(metadata::normalize).orElse(false));
    return new ModelDescription(directory, model, length(directory, encoder, maxLength));
  }

  /**
   * What follows the pooler: the folder of sentence-transformers, or the MLP where the model keeps
   * it at inference: behind the pooler that the metadata names with it, and behind {@code cls}
   * unless the metadata says otherwise.
   */
  private static SentenceModel.Projection projection(
      ModelDirectory directory, int hiddenSize, String pooler, boolean poolerWanted) {
    Optional<DenseLayer> dense = directory.metadata().dense();
    if (dense.isPresent() && !poolerWanted) {
      DenseLayer layer = dense.get();
      return new DenseProjection(
          DENSE + "linear",
          layer.outFeatures(),
          layer.activation() == DenseLayer.Activation.TANH,
          layer.bias());
    }
    HeadMode mode = directory.metadata().head().orElse(HeadMode.TRAIN_AND_TEST);
    boolean trainedBehind =
        directory.metadata().head().isPresent()
            && directory
                .metadata()
                .pooler()
                .filter(own -> Options.parse(own).provider().equals(pooler))
                .isPresent();
    // A checkpoint of the reference does not say whether its MLP stays; with `cls` it does.
    return mode == HeadMode.TRAIN_AND_TEST && (pooler.equals("cls") || trainedBehind)
        ? new DenseProjection(mlp(directory), hiddenSize, true, true)
        : SentenceModel.Projection.none();
  }

  /**
   * A SimCSE checkpoint that was converted to Hugging Face's form keeps its MLP as BERT's pooler,
   * which computes the same.
   */
  private static String mlp(ModelDirectory directory) {
    String converted = directory.modelType() + ".pooler.dense";
    try (Checkpoint weights = directory.openWeights()) {
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

  /**
   * Loads the weights.
   *
   * @return D, the size of a vector
   */
  int load(ParameterStore store, boolean allowNew) {
    DryTrace dry = DryTrace.of(model, SentenceModel.signature());
    SortedMap<String, Shape> wanted = new TreeMap<>(dry.parameters());
    SortedMap<String, Shape> dense = new TreeMap<>(wanted);
    dense.keySet().removeIf(name -> !name.startsWith(DENSE));
    wanted.keySet().removeAll(dense.keySet());
    try (Checkpoint weights = directory.openWeights()) {
      ModelWeights.load(weights, "", wanted, store, allowNew);
    }
    if (!dense.isEmpty()) {
      try (Checkpoint weights =
          Checkpoint.open(directory.metadata().dense().orElseThrow().weights())) {
        ModelWeights.load(weights, DENSE, dense, store, allowNew);
      }
    }
    return Math.toIntExact(
        Objects.requireNonNull(dry.outputs().get(SentenceModel.EMBEDDING)).dim(1).size());
  }
}
