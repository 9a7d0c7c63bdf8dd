package org.simcse.tests.golden;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.Encoder;
import org.simcse.api.HiddenStates;
import org.simcse.api.Pooler;
import org.simcse.api.TokenBatch;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.ParameterStore;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.Providers;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;
import org.simcse.core.builtin.SimCseHead;
import org.simcse.core.model.Projection;
import org.simcse.core.model.SentenceModel;
import org.simcse.core.modeldir.ModelDirectory;
import org.simcse.core.train.step.Auxiliary;
import org.simcse.core.train.step.TrainingModel;
import org.simcse.core.weights.Checkpoint;
import org.simcse.core.weights.ParameterNames;

/**
 * A tiny model of the golden files, and the computations that the cases compare.
 *
 * @param encoder the encoder that its config describes
 * @param config its {@code config.json}
 */
record GoldenModel(Encoder encoder, Map<String, Object> config) {
  /**
   * Opens a model and sets all its parameters.
   *
   * @param model {@code tiny-bert} or {@code tiny-roberta}
   * @param layers the number of its layers to use
   */
  static GoldenModel load(String model, int layers, ParameterStore into) {
    return load(model, Map.of("num_hidden_layers", layers), into);
  }

  /**
   * Opens a model and sets all its parameters.
   *
   * @param changes the entries of {@code config.json} to replace
   */
  static GoldenModel load(String model, Map<String, Object> changes, ParameterStore into) {
    return withDirectory(model, files -> load(files, changes, into));
  }

  /** Returns the encoder of a model, without its parameters. */
  static Encoder encoder(String model, Map<String, Object> changes) {
    return withDirectory(model, files -> encoder(config(files, changes)));
  }

  private static <T> T withDirectory(String model, Function<ModelDirectory, T> use) {
    try {
      Path directory = Files.createTempDirectory("golden");
      try {
        GoldenFiles.copyModel(model, directory);
        return use.apply(ModelDirectory.open(directory));
      } finally {
        delete(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Object> config(ModelDirectory files, Map<String, Object> changes) {
    Map<String, Object> config = new LinkedHashMap<>(files.config());
    config.putAll(changes);
    return config;
  }

  private static Encoder encoder(Map<String, Object> config) {
    Options type = Options.of(String.valueOf(config.get("model_type")));
    return Providers.encoders(List.of())
        .create(type, provider -> provider.create(ModelContext.of(config), type));
  }

  private static GoldenModel load(
      ModelDirectory files, Map<String, Object> changes, ParameterStore into) {
    Map<String, Object> config = config(files, changes);
    Encoder encoder = encoder(config);
    try (Checkpoint weights =
        ParameterNames.of(files.openWeights(), encoder.parameterPrefix(), Set.of())) {
      weights.names().forEach(name -> into.set(name, weights.read(name)));
    }
    return new GoldenModel(encoder, config);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  /** Returns every hidden state and pooled vector, under the golden names. */
  Computation embeddings(List<String> poolers) {
    return (pass, inputs) -> {
      TokenBatch batch = SentenceModel.batch(inputs);
      Map<String, Tensor> outputs = new LinkedHashMap<>();
      HiddenStates states = encoder.encode(pass, batch);
      for (int layer = 0; layer <= states.layers(); layer++) {
        outputs.put("hidden/" + layer, states.layer(layer));
      }
      for (String pooler : poolers) {
        outputs.put("pooled/" + pooler, pooled(pass, pooler, batch));
      }
      Tensor first = pooled(pass, "cls", batch);
      outputs.put("pooled/cls/mlp", new SimCseHead(true, 1, 0).project(pass, first));
      outputs.put("pooled/cls/train-only-mlp", first);
      return outputs;
    };
  }

  private Tensor pooled(ForwardPass pass, String pooler, TokenBatch batch) {
    return new SentenceModel(encoder, pooler(pooler), Projection.chain(List.of()), false)
        .pool(pass, batch);
  }

  /** Returns the model with its objective, of rows of {@code views} texts each. */
  TrainingModel training(
      String pooler, ContrastiveHead head, int views, List<Auxiliary> auxiliaries) {
    return new TrainingModel(
        encoder, pooler(pooler), Projection.chain(List.of()), head, views, auxiliaries);
  }

  private Pooler pooler(String name) {
    Options options = Options.of(name);
    return Providers.poolers(List.of())
        .create(options, provider -> provider.create(ModelContext.of(config), options));
  }
}
