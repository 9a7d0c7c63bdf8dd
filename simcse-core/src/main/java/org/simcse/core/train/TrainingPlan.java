package org.simcse.core.train;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.simcse.api.DistributedGather;
import org.simcse.api.error.CheckpointException;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.BackendProvider;
import org.simcse.api.spi.GatherProvider;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.Providers;
import org.simcse.core.data.Batching;
import org.simcse.core.data.Preflight;
import org.simcse.core.data.Sampling;
import org.simcse.core.data.TrainingFile;
import org.simcse.core.evaluate.Evaluation;
import org.simcse.core.modeldir.ModelDirectory;
import org.simcse.core.modeldir.ModelSource;
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
 *
 * @since 0.1.0
 */
public final class TrainingPlan {
  private final PlannedRun run;

  private TrainingPlan(PlannedRun run) {
    this.run = run;
  }

  /**
   * Validates a run whose model, if it is of the hub, is fetched as {@link ModelSource#standard}
   * does.
   *
   * @throws org.simcse.api.error.SimCseException as {@link #of(TrainingConfig, Path, OutputMode,
   *     Collection, ModelSource)} does
   */
  public static TrainingPlan of(
      TrainingConfig given, Path output, OutputMode start, Collection<ModuleLayer> plugins) {
    return of(given, output, start, plugins, ModelSource.standard());
  }

  /**
   * Validates a run.
   *
   * @param given the user's configuration
   * @param output the output directory, which need not exist
   * @param start how to treat an earlier run in it
   * @param plugins the plugins, searched for providers beside SimCSE's own
   * @param models opens the model; a model of the hub enters the settings with its commit
   * @throws InvalidInputException if the configuration, a file or the output directory cannot be
   *     used; the message says why
   * @throws CheckpointException if the model, or the checkpoint to resume from, cannot be used
   */
  public static TrainingPlan of(
      TrainingConfig given,
      Path output,
      OutputMode start,
      Collection<ModuleLayer> plugins,
      ModelSource models) {
    TrainingSettings settings = given.settings().withAbsolutePaths();
    BackendProvider backend = Providers.backend(settings.backend(), plugins);
    Supplier<DistributedGather> gather = gather(settings, plugins);
    requireOutput(new RunDirectory(output), start, settings);
    RunFiles.require(settings); // before a model is fetched
    TrainingSettings config = settings.withLastingModel(models);
    Optional<TrainingState> resumed = resumed(new RunDirectory(output), start, config);
    ModelDirectory directory = models.open(config.model().orElse(ModelSource.DEFAULT));
    TrainingFile named = RunFiles.training(config);
    RunModel model =
        RunModel.of(
            config,
            directory,
            head -> RunFiles.views(config, named.reading(head.columns())),
            plugins);
    TrainingFile file = named.reading(model.training().head().columns());
    Preflight preflight;
    try (TextTokenizer tokenizer = model.openTokenizer(TrainingEngine.threads(config))) {
      preflight = Preflight.of(file, tokenizer, config.maxLength());
    }
    Sampling sampling =
        new Sampling(
            config.batchSize(),
            config.seed(),
            config.shuffle(),
            config.shuffleBuffer(),
            config.dropLast(),
            config.batching());
    if (Math.min(config.batchSize(), preflight.rows()) == 1 && model.training().views() == 2) {
      throw new InvalidInputException(
          "A batch of 1 row without hard negatives has nothing to compare with: its loss is constant. Use a larger batch-size, %sor a third column."
              .formatted(preflight.rows() == 1 ? "a file of more rows, " : ""));
    }
    if (config.batching() == Batching.NO_DUPLICATES
        && preflight.mostRowsOfAText() == preflight.rows()
        && model.training().views() == 2) {
      throw new InvalidInputException(
          "All %d rows of %s have a text in common, so that without duplicates every batch has 1 row, which has nothing to compare with: leave out the setting batching, or choose other rows."
              .formatted(preflight.rows(), file.path()));
    }
    Schedule schedule =
        new Schedule(
            config.schedule(),
            config.learningRate(),
            config.warmupSteps(),
            steps(config, sampling, preflight.rows()));
    PlannedRun run =
        new PlannedRun(
            config,
            output,
            start,
            backend,
            gather,
            model,
            file,
            preflight,
            sampling,
            schedule,
            resumed,
            RunFiles.evaluation(config));
    requireMetric(config, run.evaluation());
    resumed.ifPresent(state -> state.origin().requireData(run.hashes()));
    return new TrainingPlan(run);
  }

  /** Finds the provider immediately; the result joins the ranks when the run begins. */
  private static Supplier<DistributedGather> gather(
      TrainingSettings config, Collection<ModuleLayer> plugins) {
    Providers<GatherProvider> gathers = Providers.gathers(plugins);
    Options options = Options.parse(config.gather());
    gathers.get(options.provider());
    return () -> gathers.create(options, provider -> provider.create(options));
  }

  /** Requires that the directory may be written to. */
  private static void requireOutput(
      RunDirectory directory, OutputMode start, TrainingSettings config) {
    if (start == OutputMode.OVERWRITE) {
      directory.requireReplaceable(config.paths());
    } else if (start == OutputMode.NEW) {
      directory.requireEmpty();
    }
  }

  /** Returns the state to resume from, if the run is resumed. */
  private static Optional<TrainingState> resumed(
      RunDirectory directory, OutputMode start, TrainingSettings config) {
    if (!start.resumes()) {
      return Optional.empty();
    }
    TrainingState state = directory.state();
    Map<String, String> wanted = new LinkedHashMap<>(config.values());
    if (start == OutputMode.RESHARD) { // what joins the ranks may be another, or none
      wanted.put("gather", state.settings().getOrDefault("gather", "local"));
    }
    state.origin().requireSettings(wanted);
    return Optional.of(state);
  }

  private static void requireMetric(TrainingSettings config, Optional<Evaluation> evaluation) {
    List<String> measured = evaluation.map(Evaluation::metrics).orElse(List.of());
    String nothing = "nothing is evaluated: give the setting eval-data or the setting eval-file";
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
   * Returns the settings that a run was started with.
   *
   * @param output the run's output directory
   * @throws InvalidInputException if there is no checkpoint to resume from
   */
  public static Map<String, String> settingsOf(Path output) {
    return new RunDirectory(output).state().settings();
  }

  /** Returns the number of whole steps in the batches of all epochs. */
  private static long steps(TrainingSettings config, Sampling sampling, long rows) {
    long batches = sampling.stepsPerEpoch(rows) * config.epochs();
    long accumulated = config.gradientAccumulation();
    return config.maxSteps().orElse(Math.max(1, batches / accumulated));
  }

  /**
   * Starts the engine and loads the weights; the caller closes the trainer.
   *
   * @throws org.simcse.api.error.SimCseException if the weights do not fit or the engine cannot be
   *     started; nothing is left open
   */
  public Trainer open() {
    return Trainer.open(run);
  }

  /** Returns every setting of the run that has a value, with absolute paths. */
  public Map<String, String> settings() {
    return run.settings().values();
  }

  /** Returns the output directory. */
  public Path output() {
    return run.output();
  }

  /** Returns the SHA-256 of each input of the run, in hexadecimal, by the kind of input. */
  public Map<String, String> hashes() {
    return Collections.unmodifiableMap(run.hashes());
  }

  /** Returns the number of steps of the whole run. */
  public long steps() {
    return run.steps();
  }

  /** Returns a description of the run for display, one fact per line. */
  public List<String> lines() {
    return PlanReport.lines(run);
  }

  /** Returns warnings to show before the run begins. */
  public List<String> warnings() {
    return PlanReport.warnings(run);
  }
}
