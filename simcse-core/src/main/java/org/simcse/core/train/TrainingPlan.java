package org.simcse.core.train;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.simcse.api.error.CheckpointException;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.BackendProvider;
import org.simcse.api.spi.GatherProvider;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.Providers;
import org.simcse.core.data.BatchSource;
import org.simcse.core.data.Preflight;
import org.simcse.core.data.SamplePosition;
import org.simcse.core.data.Sampling;
import org.simcse.core.data.TrainingFile;
import org.simcse.core.data.ViewSource;
import org.simcse.core.evaluate.Evaluation;
import org.simcse.core.tokenize.TextTokenizer;
import org.simcse.core.train.run.RunDirectory;
import org.simcse.core.train.run.TrainingState;
import org.simcse.core.train.step.Schedule;

/**
 * A validated training run: names are resolved, input files are scanned, no weights are loaded.
 *
 * <pre>{@code
 * TrainingPlan plan = TrainingPlan.of(config, Path.of("runs/first"), OutputMode.NEW, List.of());
 * plan.lines().forEach(System.out::println);
 * try (Trainer trainer = plan.open()) {
 *   TrainingResult result = trainer.train();
 * }
 * }</pre>
 */
public final class TrainingPlan {
  private final TrainingSettings config;
  private final Path output;
  private final OutputMode start;
  private final BackendProvider backend;
  private final Providers<GatherProvider> gathers;
  private final RunModel model;
  private final TrainingFile file;
  private final Preflight preflight;
  private final Sampling sampling;
  private final Schedule schedule;
  private final Optional<TrainingState> resumed;
  private final Optional<Evaluation> evaluation;
  private final Map<String, String> hashes = new LinkedHashMap<>();

  private TrainingPlan(
      TrainingSettings config,
      Path output,
      OutputMode start,
      BackendProvider backend,
      Providers<GatherProvider> gathers,
      RunModel model,
      TrainingFile file,
      Preflight preflight,
      Sampling sampling,
      Schedule schedule,
      Optional<TrainingState> resumed,
      Optional<Evaluation> evaluation) {
    this.config = config;
    this.output = output;
    this.start = start;
    this.backend = backend;
    this.gathers = gathers;
    this.model = model;
    this.file = file;
    this.preflight = preflight;
    this.sampling = sampling;
    this.schedule = schedule;
    this.resumed = resumed;
    this.evaluation = evaluation;
    hashes.put("train-file", preflight.sha256());
    evaluation.ifPresent(measured -> hashes.putAll(measured.hashes()));
  }

  /**
   * Validates a run.
   *
   * @param given the configuration
   * @param output the output directory, which need not exist
   * @param start what to do with an earlier run in it
   * @param plugins where providers are looked for beside SimCSE's own
   * @throws InvalidInputException if the configuration, a file or the output directory cannot be
   *     used; the message says why
   * @throws CheckpointException if the model, or the checkpoint to resume from, cannot be used
   */
  public static TrainingPlan of(
      TrainingConfig given, Path output, OutputMode start, Collection<ModuleLayer> plugins) {
    TrainingSettings config = given.settings().withAbsolutePaths();
    BackendProvider backend = Providers.backend(config.backend(), plugins);
    Providers<GatherProvider> gathers = Providers.gathers(plugins);
    gathers.get(Options.parse(config.gather()).provider());
    Optional<TrainingState> resumed = resumed(new RunDirectory(output), start, config);
    TrainingFile named = RunFiles.training(config);
    RunModel model =
        RunModel.of(
            config, head -> RunFiles.views(config, named.reading(head.columns())), plugins);
    TrainingFile file = named.reading(model.training().head().columns());
    Preflight preflight;
    try (TextTokenizer tokenizer = model.openTokenizer(threads(config))) {
      preflight = Preflight.of(file, tokenizer, model.maxLength());
    }
    Sampling sampling =
        new Sampling(
            config.batchSize(),
            config.seed(),
            config.shuffle(),
            config.shuffleBuffer(),
            config.dropLast());
    if (Math.min(config.batchSize(), preflight.rows()) == 1 && model.views() == 2) {
      throw new InvalidInputException(
          "A batch of 1 row without hard negatives has nothing to compare with: its loss is constant. Use a larger batch-size, %sor a third column."
              .formatted(preflight.rows() == 1 ? "a file of more rows, " : ""));
    }
    Schedule schedule =
        new Schedule(
            config.schedule(),
            config.learningRate(),
            config.warmupSteps(),
            steps(config, sampling, preflight.rows()));
    TrainingPlan plan =
        new TrainingPlan(
            config,
            output,
            start,
            backend,
            gathers,
            model,
            file,
            preflight,
            sampling,
            schedule,
            resumed,
            RunFiles.evaluation(config));
    plan.requireMetric();
    resumed.ifPresent(state -> state.requireData(plan.hashes()));
    return plan;
  }

  /** Requires that the directory fits the start; gives the state to resume from. */
  private static Optional<TrainingState> resumed(
      RunDirectory directory, OutputMode start, TrainingSettings config) {
    if (start == OutputMode.RESUME) {
      TrainingState state = directory.state();
      state.requireSettings(config.values());
      return Optional.of(state);
    }
    if (start == OutputMode.OVERWRITE) {
      directory.requireReplaceable(config.paths());
    } else {
      directory.requireEmpty();
    }
    return Optional.empty();
  }

  private void requireMetric() {
    List<String> measured = evaluation.map(Evaluation::metrics).orElse(List.of());
    String nothing = "nothing is evaluated: name --eval-data or --eval-file";
    if (config.metric().isPresent() && !measured.contains(config.metric().get())) {
      throw new InvalidInputException(
          "There is no metric '%s' to choose the best model by; %s."
              .formatted(
                  config.metric().get(),
                  measured.isEmpty() ? nothing : "the evaluation gives " + measured));
    }
    if (config.earlyStopping().isPresent() && measured.isEmpty()) {
      throw new InvalidInputException(
          "The setting early-stopping is %d, but %s."
              .formatted(config.earlyStopping().get(), nothing));
    }
  }

  /**
   * Returns the settings that a run was begun with.
   *
   * @param output its output directory
   * @throws InvalidInputException if there is no checkpoint to resume from
   */
  public static Map<String, String> settingsOf(Path output) {
    return new RunDirectory(output).state().settings();
  }

  /** As many whole steps as the batches of all epochs make. */
  private static long steps(TrainingSettings config, Sampling sampling, long rows) {
    long batches = sampling.stepsPerEpoch(rows) * config.epochs();
    long accumulated = config.gradientAccumulation();
    return config.maxSteps().orElse(Math.max(1, batches / accumulated));
  }

  /** What makes the views of a row. */
  static ViewSource views(TrainingSettings config) {
    return ViewSource.of(Options.parse(config.views().orElse(ViewSource.TEXTS)));
  }

  static int threads(TrainingSettings config) {
    return config.threads().orElse(Runtime.getRuntime().availableProcessors());
  }

  /**
   * Starts the engine and loads the weights; the caller closes the trainer.
   *
   * @throws org.simcse.api.error.SimCseException if the weights do not fit or the engine cannot be
   *     started; nothing stays open then
   */
  public Trainer open() {
    return Trainer.open(this);
  }

  /** The output directory. */
  public Path output() {
    return output;
  }

  /** The SHA-256 of what the run reads, in hexadecimal, by what it is. */
  public Map<String, String> hashes() {
    return Collections.unmodifiableMap(hashes);
  }

  /** The number of steps of the whole run. */
  public long steps() {
    return schedule.steps();
  }

  /** Returns a description of the run for people to read, one fact per line. */
  public List<String> lines() {
    return PlanReport.lines(this);
  }

  /** Returns warnings to show before the run begins. */
  public List<String> warnings() {
    return PlanReport.warnings(this);
  }

  // What the trainer needs

  /** What the manifest records of the run. */
  Map<String, ?> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("settings", config.values());
    facts.put("sha256", hashes);
    facts.put("rows", preflight.rows());
    facts.put("steps", steps());
    return facts;
  }

  TrainingSettings settings() {
    return config;
  }

  /** What is known of the training file. */
  Preflight preflight() {
    return preflight;
  }

  OutputMode start() {
    return start;
  }

  BackendProvider backend() {
    return backend;
  }

  Providers<GatherProvider> gathers() {
    return gathers;
  }

  RunModel model() {
    return model;
  }

  Schedule schedule() {
    return schedule;
  }

  Optional<TrainingState> resumed() {
    return resumed;
  }

  Optional<Evaluation> evaluation() {
    return evaluation;
  }

  /** The batches from a position on; the caller closes them. */
  BatchSource batches(SamplePosition from) {
    // More steps than epochs: --max-steps decides.
    return new BatchSource(file, preflight.rows(), sampling, Integer.MAX_VALUE, from);
  }
}
