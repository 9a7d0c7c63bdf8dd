package org.simcse.core.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Optimizer;
import org.simcse.api.engine.Precision;
import org.simcse.api.spi.BackendProvider;
import org.simcse.api.tensor.DropoutMode;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.data.ExampleBatch;
import org.simcse.core.embed.Prompt;
import org.simcse.core.embed.SentenceEmbedder;
import org.simcse.core.tokenize.TextTokenizer;
import org.simcse.core.train.run.Environment;
import org.simcse.core.train.step.AdamW;
import org.simcse.core.train.step.ContrastiveStep;
import org.simcse.core.train.step.StepConfig;
import org.simcse.core.weights.Checkpoint;
import org.simcse.core.weights.DataType;
import org.simcse.core.weights.NamedTensor;
import org.simcse.core.weights.SafetensorsWriter;

/** An engine with a model in training: performs steps, embeds, saves and restores. */
final class TrainingEngine implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(TrainingEngine.class.getName());
  private static final String OPTIMIZER = "optimizer.safetensors";
  private static final String MEMORY = "memory.safetensors";

  private final TrainingSettings config;
  private final BackendProvider provider;
  private final RunModel model;
  private final TextTokenizer tokenizer;
  private final Backend backend;
  private final AdamW rule;
  private final Optimizer optimizer;
  private final GradientBuffer gradients;
  private final ContrastiveStep objective;
  private final SentenceEmbedder embedder;
  private final BatchPreparation preparation;
  private final TrainingRanks ranks;

  private TrainingEngine(
      PlannedRun run, TrainingRanks ranks, TextTokenizer tokenizer, Backend backend) {
    this.config = run.settings();
    this.provider = run.backend();
    this.model = run.model();
    this.ranks = ranks;
    this.tokenizer = tokenizer;
    this.backend = backend;
    preparation = BatchPreparation.of(config, run.file(), model.training(), ranks, tokenizer);
    rule =
        AdamW.of(
            config.optimizer() == TrainingSettings.OptimizerKind.ADAMW_HF
                ? AdamW.Form.HF
                : AdamW.Form.TORCH,
            config.weightDecay());
    model.load(backend.parameters());
    optimizer = backend.createOptimizer(rule);
    gradients = backend.gradientBuffer();
    objective =
        new ContrastiveStep(
            backend,
            model.training(),
            ranks.gather(),
            new StepConfig(
                config.microBatch().orElse(StepConfig.WHOLE),
                config.gradientReduction(),
                config.dropoutRng() == DropoutMode.PORTABLE));
    embedder =
        new SentenceEmbedder(
            backend,
            model.inference(),
            tokenizer,
            model.spec().maxLength(),
            model.spec().directory().metadata().prompts(),
            SentenceEmbedder.DEFAULT_BATCH_TOKENS,
            threads(config));
  }

  static TrainingEngine open(PlannedRun run) {
    TrainingRanks ranks = TrainingRanks.join(run.settings(), run.gather());
    try {
      return open(run, ranks);
    } catch (RuntimeException e) {
      ranks.failed("before the first step: " + e.getMessage());
      ranks.close();
      throw e;
    }
  }

  private static TrainingEngine open(PlannedRun run, TrainingRanks ranks) {
    TrainingSettings config = run.settings();
    TextTokenizer tokenizer = run.model().openTokenizer(threads(config));
    try {
      Backend backend =
          start(
              run.backend(),
              BackendConfig.defaults()
                  .withDevice(config.device())
                  .withThreads(threads(config))
                  .withSeed(config.seed())
                  .withDropout(config.dropoutRng())
                  .withPrecision(config.precision()));
      try {
        return new TrainingEngine(run, ranks, tokenizer, backend);
      } catch (RuntimeException e) {
        backend.close();
        throw e;
      }
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /** Returns the number of threads of a run: as configured, or one per processor. */
  static int threads(TrainingSettings config) {
    return config.threads().orElse(Runtime.getRuntime().availableProcessors());
  }

  private static Backend start(BackendProvider provider, BackendConfig config) {
    Backend backend = provider.create(config);
    if (config.precision() == Precision.AUTO) {
      LOG.log(
          System.Logger.Level.WARNING,
          backend.precision() == Precision.BF16
              ? "Matrix products are computed in bf16, which this device ({0}) has natively."
              : "Matrix products are computed in fp32: this device ({0}) has no bf16 of its own.",
          backend.device().kind() + ", " + backend.device().description());
    }
    return backend;
  }

  Map<String, String> environment() {
    return Environment.of(provider, backend, threads(config), ranks.count());
  }

  /** Returns the ranks of the run, which this engine owns. */
  TrainingRanks ranks() {
    return ranks;
  }

  /** Prepares batches; the first is that of the step after {@code done}. */
  Iterator<PreparedBatch> prepared(Iterator<ExampleBatch> batches, long done) {
    return preparation.prepare(batches, done * config.gradientAccumulation());
  }

  /**
   * Performs a step.
   *
   * @param parts the batches whose gradients are averaged
   * @param done the number of steps done before
   */
  ContrastiveStep.Result step(List<PreparedBatch> parts, long done, double learningRate) {
    List<ContrastiveStep.Seeded> batches = new ArrayList<>();
    for (PreparedBatch part : parts) {
      batches.add(
          new ContrastiveStep.Seeded(
              part.tokens(), preparation.seed(done * parts.size() + batches.size())));
    }
    return objective.step(
        batches, gradients, optimizer, rule.at(done + 1, learningRate), config.maxGradNorm());
  }

  /** Returns the vectors of texts under the current weights, in order. */
  float[][] embed(List<String> texts) {
    List<float[]> vectors = new ArrayList<>(texts.size());
    embedder.embed(
        texts.iterator(), Prompt.ofModel(), (text, vector) -> vectors.add(vector), done -> {});
    return vectors.toArray(float[][]::new);
  }

  /** Returns a checksum of all parameters. */
  long checksum() {
    long sum = 1;
    for (String name : backend.parameters().names()) {
      for (float value : backend.parameters().get(name).toFloats()) {
        sum = 31 * sum + Float.floatToRawIntBits(value);
      }
    }
    return sum;
  }

  /** Writes a model directory with the state of the optimizer and of the head. */
  void save(Path folder) {
    model.save(folder, backend.parameters());
    List<NamedTensor> entries = new ArrayList<>();
    for (String name : optimizer.names()) {
      HostTensor parameter = backend.parameters().get(name.substring(0, name.lastIndexOf('/')));
      entries.add(
          NamedTensor.of(
              name, DataType.of(parameter), parameter.shape(), () -> optimizer.get(name)));
    }
    SafetensorsWriter.write(folder.resolve(OPTIMIZER), entries);
    List<NamedTensor> memory = new ArrayList<>();
    objective
        .memory()
        .state()
        .forEach(
            (name, value) ->
                memory.add(NamedTensor.of(name, DataType.of(value), value.shape(), () -> value)));
    if (!memory.isEmpty()) {
      SafetensorsWriter.write(folder.resolve(MEMORY), memory);
    }
  }

  /** Restores what {@link #save} wrote. */
  void restore(Path folder) {
    model.restore(folder, backend.parameters());
    try (Checkpoint state = Checkpoint.open(folder.resolve(OPTIMIZER))) {
      state.names().forEach(name -> optimizer.set(name, state.read(name)));
    }
    if (Files.exists(folder.resolve(MEMORY))) {
      try (Checkpoint memory = Checkpoint.open(folder.resolve(MEMORY))) {
        Map<String, HostTensor> state = new HashMap<>();
        memory.names().forEach(name -> state.put(name, memory.read(name)));
        objective.memory().restore(state);
      }
    }
  }

  @Override
  public void close() {
    optimizer.close();
    gradients.close();
    backend.close();
    tokenizer.close();
    ranks.close();
  }
}
