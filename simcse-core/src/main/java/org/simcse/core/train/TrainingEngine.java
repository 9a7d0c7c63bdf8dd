package org.simcse.core.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Precision;
import org.simcse.api.engine.Optimizer;
import org.simcse.api.tensor.DropoutMode;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.data.ExampleBatch;
import org.simcse.core.embed.Prompt;
import org.simcse.core.embed.SentenceEmbedder;
import org.simcse.core.tokenize.TextTokenizer;
import org.simcse.core.train.run.Environment;
import org.simcse.core.train.step.AdamW;
import org.simcse.core.train.step.ContrastiveStep;
import org.simcse.core.train.step.Optimizer;
import org.simcse.core.train.step.StepConfig;
import org.simcse.core.weights.Checkpoint;
import org.simcse.core.weights.DataType;
import org.simcse.core.weights.SafetensorsWriter;

/** An engine with a model in training: does steps, embeds, saves and restores. */
final class TrainingEngine implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(TrainingEngine.class.getName());
  private static final String OPTIMIZER = "optimizer.safetensors";

  private final TrainingPlan plan;
  private final TextTokenizer tokenizer;
  private final Backend backend;
  private final Optimizer optimizer;
  private final Optimizer update;
  private final GradientBuffer gradients;
  private final ContrastiveStep objective;
  private final SentenceEmbedder embedder;
  private final BatchPreparation preparation;
  private final TrainingRanks ranks;

  private TrainingEngine(
      TrainingPlan plan, TrainingRanks ranks, TextTokenizer tokenizer, Backend backend) {
    TrainingSettings config = plan.settings();
    RunModel model = plan.model();
    this.plan = plan;
    this.ranks = ranks;
    this.tokenizer = tokenizer;
    this.backend = backend;
    preparation = BatchPreparation.of(plan, ranks, tokenizer);
    optimizer =
        AdamW.of(
            config.optimizer() == TrainingSettings.OptimizerKind.ADAMW_HF
                ? AdamW.Form.HF
                : AdamW.Form.TORCH,
            config.weightDecay());
    model.load(backend.parameters());
    update = backend.createOptimizer(optimizer);
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
            model.embeddedLength(),
            model.prompts(),
            SentenceEmbedder.DEFAULT_BATCH_TOKENS);
  }

  static TrainingEngine open(TrainingPlan plan) {
    TrainingRanks ranks = TrainingRanks.join(plan);
    try {
      return open(plan, ranks);
    } catch (RuntimeException e) {
      ranks.failed(e);
      ranks.close();
      throw e;
    }
  }

  private static TrainingEngine open(TrainingPlan plan, TrainingRanks ranks) {
    int threads = TrainingPlan.threads(plan.settings());
    TextTokenizer tokenizer = plan.model().openTokenizer(threads);
    try {
      BackendConfig config =
          BackendConfig.defaults()
              .withDevice(plan.settings().device())
              .withThreads(threads)
              .withSeed(plan.settings().seed())
              .withDropout(plan.settings().dropoutRng())
              .withPrecision(plan.settings().precision());
      Backend backend = start(plan, config);
      try {
        return new TrainingEngine(plan, ranks, tokenizer, backend);
      } catch (RuntimeException e) {
        backend.close();
        throw e;
      }
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  private static Backend start(TrainingPlan plan, BackendConfig config) {
    Backend backend = plan.backend().create(config);
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
    return Environment.of(plan.backend(), backend, TrainingPlan.threads(plan.settings()));
  }

  /** The ranks of the run; they are this engine's. */
  TrainingRanks ranks() {
    return ranks;
  }

  /** Makes batches ready; the first one is that of the step after {@code done}. */
  Iterator<PreparedBatch> prepared(Iterator<ExampleBatch> batches, long done) {
    return preparation.prepare(batches, done);
  }

  /**
   * Does a step.
   *
   * @param parts batches whose gradients are averaged
   * @param done steps done before
   */
  ContrastiveStep.Result step(List<PreparedBatch> parts, long done, double learningRate) {
    List<ContrastiveStep.Seeded> batches = new ArrayList<>();
    for (PreparedBatch part : parts) {
      batches.add(
          new ContrastiveStep.Seeded(
              part.tokens(), preparation.seed(done * parts.size() + batches.size())));
    }
    return objective.step(
        batches,
        gradients,
        update,
        optimizer.at(done + 1, learningRate),
        plan.settings().maxGradNorm());
  }

  /** Vectors of texts as they are now, in order. */
  float[][] embed(List<String> texts) {
    List<float[]> vectors = new ArrayList<>(texts.size());
    embedder.embed(
        texts.iterator(), Prompt.ofModel(), (text, vector) -> vectors.add(vector), done -> {});
    return vectors.toArray(float[][]::new);
  }

  /** Writes a model directory, and the optimiser's state beside. */
  void save(Path folder) {
    plan.model().save(folder, backend.parameters());
    List<SafetensorsWriter.Entry> entries = new ArrayList<>();
    for (String name : update.names()) {
      HostTensor parameter = backend.parameters().get(name.substring(0, name.lastIndexOf('/')));
      entries.add(
          new SafetensorsWriter.Entry(
              name, DataType.of(parameter), parameter.shape(), () -> update.get(name)));
    }
    SafetensorsWriter.write(folder.resolve(OPTIMIZER), entries);
  }

  /** Takes back what {@link #save} wrote. */
  void restore(Path folder) {
    plan.model().restore(folder, backend.parameters());
    try (Checkpoint state = Checkpoint.open(folder.resolve(OPTIMIZER))) {
      state.names().forEach(name -> update.set(name, state.read(name)));
    }
  }

  @Override
  public void close() {
    update.close();
    gradients.close();
    backend.close();
    tokenizer.close();
    ranks.close();
  }
}
