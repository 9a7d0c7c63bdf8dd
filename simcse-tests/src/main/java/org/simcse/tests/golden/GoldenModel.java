package org.simcse.tests.golden;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.simcse.api.Encoder;
import org.simcse.api.HiddenStates;
import org.simcse.api.TokenBatch;
import org.simcse.api.Views;
import org.simcse.api.spi.Computation;
import org.simcse.api.spi.ParameterStore;
import org.simcse.api.spi.ProviderContext;
import org.simcse.api.spi.Providers;
import org.simcse.api.spi.Signature;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;
import org.simcse.core.checkpoint.Checkpoint;
import org.simcse.core.checkpoint.ModelDirectory;
import org.simcse.core.head.SimCseHead;
import org.simcse.core.model.SentenceModel;

/**
 * A tiny model of the golden files, and the computations that the cases compare.
 *
 * @param encoder what its config describes
 * @param config its {@code config.json}
 */
record GoldenModel(Encoder encoder, Map<String, Object> config) {
  private static final Dim N = Dim.symbol("N");

  /**
   * Opens a model and sets all its parameters.
   *
   * @param model {@code tiny-bert} or {@code tiny-roberta}
   * @param layers how many of its layers are used
   */
  static GoldenModel load(String model, int layers, ParameterStore into) {
    try {
      Path directory = Files.createTempDirectory("golden");
      GoldenFiles.copyModel(model, directory);
      ModelDirectory files = ModelDirectory.open(directory);
      try (Checkpoint weights = files.openWeights()) {
        weights.names().forEach(name -> into.set(name, weights.read(name)));
      }
      Map<String, Object> config = new LinkedHashMap<>(files.config());
      config.put("num_hidden_layers", layers);
      return new GoldenModel(
          Providers.encoders(List.of())
              .get(files.modelType())
              .create(new ProviderContext(config, Map.of())),
          config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every hidden state and pooled vector, under the golden names. */
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
    return new SentenceModel(
            encoder,
            Providers.poolers(List.of()).get(pooler).create(new ProviderContext(config, Map.of())),
            SentenceModel.Projection.none(),
            false)
        .pool(pass, batch);
  }

  /** {@code loss} and {@code logits} of rows of {@code views} texts each. */
  Computation loss(String pooler, SimCseHead head, int views) {
    return (pass, inputs) -> {
      Tensor projected =
          head.project(pass, pooled(pass, pooler, SentenceModel.batch(inputs))); // [N * views, P]
      Dim width = projected.dim(1);
      Tensor rows = projected.reshape(N, Dim.of(views), width);
      Tensor none = projected.slice(0, Dim.of(0), Dim.of(0));
      Views split =
          new Views(
              rows.select(1, 0),
              rows.select(1, 1),
              rows.slice(1, Dim.of(2), Dim.of(views - 2)),
              none);
      return Map.of("loss", head.loss(pass, split).total(), "logits", head.logits(pass, split));
    };
  }

  /**
   * The inputs of {@link #loss}: those of a sentence model, and {@code rows [N]} to count rows by.
   */
  static Signature lossSignature(int views) {
    Dim b = N.times(Dim.of(views));
    Dim t = Dim.symbol("T");
    return Signature.of(
            Signature.Input.ints("ids", b, t),
            Signature.Input.ints("mask", b, t),
            Signature.Input.ints("types", b, t),
            Signature.Input.ints("positions", b, t),
            Signature.Input.ints("rows", N))
        .differentiating("loss");
  }
}
