package org.simcse.core.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.simcse.api.error.CheckpointException;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.BackendProvider;
import org.simcse.api.spi.Providers;
import org.simcse.core.data.BatchSource;
import org.simcse.core.data.ColumnMapping;
import org.simcse.core.data.DiskSpace;
import org.simcse.core.data.ExampleReader;
import org.simcse.core.data.Preflight;
import org.simcse.core.data.SamplePosition;
import org.simcse.core.data.Sampling;
import org.simcse.core.data.TextFormat;
import org.simcse.core.data.TrainingFile;
import org.simcse.core.data.ViewSource;
import org.simcse.core.evaluate.Evaluation;
import org.simcse.core.evaluate.ScoredPairs;
import org.simcse.core.optimize.Schedule;
import org.simcse.core.plugin.NameAndOptions;
import org.simcse.core.text.TextTokenizer;

/**
 * A run that was looked through and is ready to begin: every name is resolved, every file was read,
 * and no weight was touched.
 *
 * <pre>{@code
 * TrainingPlan plan = TrainingPlan.of(config, Path.of("runs/first"), Start.NEW, List.of());
 * plan.lines().forEach(System.out::println);
 * try (Trainer trainer = plan.open()) {
 *   TrainingResult result = trainer.train();
 * }
 * }</pre>
 */
public final class TrainingPlan {
  private final TrainingConfig config;
  private final Path output;
  private final Start start;
  private final BackendProvider backend;
  private final TrainedModel model;
  private final TrainingFile file;
  private final Preflight preflight;
  private final Sampling sampling;
  private final Schedule schedule;
  private final Optional<TrainingState> resumed;
  private final Optional<Evaluation> evaluation;

  private TrainingPlan(
      TrainingConfig config,
      Path output,
      Start start,
      BackendProvider backend,
      TrainedModel model,
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
    this.model = model;
    this.file = file;
    this.preflight = preflight;
    this.sampling = sampling;
    this.schedule = schedule;
    this.resumed = resumed;
    this.evaluation = evaluation;
  }

  /**
   * Looks a run through.
   *
   * @param given what to do
   * @param output where to write; need not exist
   * @param start what to do with what is there
   * @param plugins where providers are looked for beside SimCSE's own
   * @throws InvalidInputException if the configuration, a file or the output directory cannot be
   *     used; the message says why
   * @throws CheckpointException if the model, or the checkpoint to go on from, cannot be used
   */
  public static TrainingPlan of(
      TrainingConfig given, Path output, Start start, Collection<ModuleLayer> plugins) {
    TrainingConfig config = given.withAbsolutePaths();
    BackendProvider backend = Providers.backends(plugins).get(config.backend());
    Optional<TrainingState> resumed = OutputDirectory.check(output, start, config);
    TrainingFile file = file(config);
    int views;
    try (ExampleReader reader = file.open()) {
      views = views(config).views(reader.next(), 0, 0).size();
    }
    TrainedModel model = TrainedModel.of(config, views, plugins);
    Preflight preflight;
    try (TextTokenizer tokenizer = model.openTokenizer(threads(config))) {
      preflight = Preflight.of(file, tokenizer, model.maxLength());
    }
    ViewSource.of(NameAndOptions.parse(config.views().orElse("texts"))); // is there such a one
    Sampling sampling =
        new Sampling(
            config.batchSize(),
            config.seed(),
            config.shuffle(),
            config.shuffleBuffer(),
            config.dropLast());
    if (Math.min(config.batchSize(), preflight.rows()) == 1 && views == 2) {
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
            model,
            file,
            preflight,
            sampling,
            schedule,
            resumed,
            evaluation(config));
    plan.requireMetric();
    resumed.ifPresent(state -> OutputDirectory.requireSameData(state, plan.hashes()));
    return plan;
  }

  private void requireMetric() {
    config
        .metric()
        .filter(
            metric -> evaluation.filter(measured -> measured.metrics().contains(metric)).isEmpty())
        .ifPresent(
            metric -> {
              throw new InvalidInputException(
                  "There is no metric '%s' to choose the best model by; %s."
                      .formatted(
                          metric,
                          evaluation
                              .map(measured -> "the evaluation gives " + measured.metrics())
                              .orElse("nothing is evaluated: name --eval-data or --eval-file")));
            });
    if (config.earlyStopping().isPresent() && evaluation.isEmpty()) {
      throw new InvalidInputException(
          "The setting early-stopping is %d, but nothing is evaluated: name --eval-data or --eval-file."
              .formatted(config.earlyStopping().get()));
    }
  }

  /**
   * The settings that a run was begun with.
   *
   * @param output its output directory
   * @throws InvalidInputException if there is no checkpoint to go on from
   */
  public static Map<String, String> settingsOf(Path output) {
    return OutputDirectory.lastState(output).settings();
  }

  private static Optional<Evaluation> evaluation(TrainingConfig config) {
    List<ScoredPairs> sets = new ArrayList<>();
    config.evalFile().ifPresent(path -> sets.add(scored(path, config)));
    config.evalData().ifPresent(folder -> sets.addAll(ScoredPairs.developmentSets(folder)));
    return sets.isEmpty() ? Optional.empty() : Optional.of(new Evaluation(sets));
  }

  private static ScoredPairs scored(Path path, TrainingConfig config) {
    TextFormat format = replacing(TrainingFile.of(path).format(), config);
    List<String> columns =
        config.evalColumns().map(text -> List.of(text.split(",", -1))).orElse(List.of());
    return ScoredPairs.read(path, format, columns);
  }

  private String evaluated() {
    List<String> sets = new ArrayList<>();
    config.evalFile().ifPresent(path -> sets.add(path.toString()));
    config.evalData().ifPresent(path -> sets.add("dev sets in " + path));
    return sets.isEmpty()
        ? "none: name --eval-data or --eval-file"
        : String.join(", ", sets)
            + (config.evalSteps() > 0 ? ", every %,d steps".formatted(config.evalSteps()) : "");
  }

  private static TrainingFile file(TrainingConfig config) {
    Path path =
        config
            .trainFile()
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "There is nothing to train on: name a file with --train-file."));
    TextFormat format = replacing(TrainingFile.of(path).format(), config);
    if (config.delimiter().isPresent()) {
      format = format.withDelimiter(config.delimiter().get());
    }
    TrainingFile file = TrainingFile.of(path, format);
    if (config.columns().isPresent()) {
      file = file.withColumns(ColumnMapping.parse(config.columns().get()));
    }
    return config.dropBlank() ? file.droppingBlank() : file;
  }

  private static TextFormat replacing(TextFormat format, TrainingConfig config) {
    return config.replaceInvalid() ? format.replacingInvalid() : format;
  }

  /** As many whole steps as the batches of all epochs make. */
  private static long steps(TrainingConfig config, Sampling sampling, long rows) {
    long batches = sampling.stepsPerEpoch(rows) * config.epochs();
    long accumulated = config.gradientAccumulation();
    return config.maxSteps().orElse(Math.max(1, batches / accumulated));
  }

  /** What makes the views of a row. */
  static ViewSource views(TrainingConfig config) {
    return ViewSource.of(NameAndOptions.parse(config.views().orElse(ViewSource.TEXTS)));
  }

  static int threads(TrainingConfig config) {
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

  /** What to do. */
  public TrainingConfig config() {
    return config;
  }

  /** Where to write. */
  public Path output() {
    return output;
  }

  /** What is known of the training file. */
  public Preflight preflight() {
    return preflight;
  }

  /** The SHA-256 of what the run reads, in hexadecimal, by what it is. */
  public Map<String, String> hashes() {
    Map<String, String> hashes = new LinkedHashMap<>();
    hashes.put("train-file", preflight.sha256());
    evaluation.ifPresent(measured -> hashes.putAll(measured.hashes()));
    return hashes;
  }

  /** The number of steps of the whole run. */
  public long steps() {
    return schedule.steps();
  }

  /** Everything that was found, a line each, for people to read. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>(preflight.lines());
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("views", model.views() + " a row");
    facts.put("model", model.source());
    facts.put("steps", "%,d of %,d rows".formatted(steps(), (long) config.batchSize()));
    facts.put("evaluation", evaluated());
    facts.put(
        "checkpoints", "%,d MB, two of them".formatted(model.checkpointBytes() / 1_000_000 + 1));
    facts.forEach((name, value) -> lines.add("%-20s%s".formatted(name, value)));
    return lines;
  }

  /** What a user should know before the run begins. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (preflight.duplicateAnchors() > 0) {
      warnings.add(
          "%,d anchors are there more than once; two of them in a batch count as negatives of each other."
              .formatted(preflight.duplicateAnchors()));
    }
    if (preflight.blankTexts() > 0 && !config.dropBlank()) {
      warnings.add(
          "%,d texts are blank, and all blank texts have the same vector; leave them out with --drop-blank."
              .formatted(preflight.blankTexts()));
    }
    ignored().forEach(warnings::add);
    if (model.views() == 2
        && !config.dropLast()
        && preflight.rows() % config.batchSize() == 1
        && config.batchSize() > 1) {
      warnings.add(
          "The last batch of an epoch has 1 row, which has nothing to compare with: leave it out with --drop-last.");
    }
    if (preflight.duplicatePositives() > 0) {
      warnings.add(
          "%,d positives are there more than once; each counts as a negative of the others' anchors in its batch."
              .formatted(preflight.duplicatePositives()));
    }
    if (config.gradientAccumulation() > 1) {
      warnings.add(
          "Gradient accumulation adds no negatives: a row is compared with the %,d rows of its own batch. For the negatives of a larger one, raise --batch-size and set --micro-batch."
              .formatted(config.batchSize()));
    }
    if (preflight.columns().size() == 1
        && config.views().orElse(ViewSource.TEXTS).equals(ViewSource.TEXTS)
        && model.dropoutIsOff()) {
      warnings.add(
          "Dropout is 0, so the two views of a text are the same: there is nothing to learn from positives.");
    }
    DiskSpace.shortage(output, 3 * model.checkpointBytes()).ifPresent(warnings::add);
    return warnings;
  }

  /** Settings that change nothing in this run. */
  private List<String> ignored() {
    List<String> ignored = new ArrayList<>();
    if (model.views() == 2 && config.hardNegativeLogit() != 0) {
      ignored.add("There are no hard negatives, so their weight changes nothing.");
    }
    Map<String, String> defaults = TrainingConfig.defaults().values();
    config
        .values()
        .forEach(
            (name, value) -> {
              if (name.startsWith("mlm-") && !config.mlm() && !value.equals(defaults.get(name))) {
                ignored.add("The setting %s changes nothing without --mlm.".formatted(name));
              }
            });
    return ignored;
  }

  // What the trainer needs

  Start start() {
    return start;
  }

  BackendProvider backend() {
    return backend;
  }

  TrainedModel model() {
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
