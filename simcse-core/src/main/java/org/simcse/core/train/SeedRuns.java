package org.simcse.core.train;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.simcse.api.error.CheckpointException;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.evaluate.Spread;
import org.simcse.core.evaluate.StsProtocol;
import org.simcse.core.evaluate.StsSuite;
import org.simcse.core.io.AtomicFile;
import org.simcse.core.modeldir.ModelSource;
import org.simcse.core.train.run.RunDirectory;
import org.simcse.core.train.run.RunOrigin;

/**
 * Several runs that differ by their seed alone. Each is a run of its own, in {@code seed-N} of the
 * output directory, where {@code seeds.json} says what belongs together and how it ended.
 *
 * <pre>{@code
 * SeedRuns runs = SeedRuns.of(config, List.of(1L, 2L, 3L), output, OutputMode.NEW, List.of(), models);
 * for (long seed : runs.remaining()) {
 *   TrainingPlan plan = runs.plan(seed);
 *   runs.begin(plan, Optional.empty());
 *   try (Trainer trainer = plan.open()) {
 *     runs.finish(seed, trainer.train(), Map.of());
 *   }
 * }
 * Map<String, Spread> best = runs.spread(SeedResult::best);
 * }</pre>
 *
 * <p>Not thread-safe; owns no resources.
 *
 * @since 0.1.0
 */
public final class SeedRuns {
  /** The name of the file that describes the runs. */
  public static final String FILE = RunDirectory.SEEDS;

  /** The name of the file with the results as Markdown. */
  public static final String REPORT = RunDirectory.SEEDS_REPORT;

  private static final String SEED = "seed";

  private static final String TESTS = "sts-tests";

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .addModule(new SimpleModule().addSerializer(Double.class, new NullForNaN()))
          .build();

  /** JSON has no NaN. */
  private static final class NullForNaN extends StdSerializer<Double> {
    private static final long serialVersionUID = 1;

    NullForNaN() {
      super(Double.class);
    }

    @Override
    public void serialize(Double number, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (number.isNaN()) {
        out.writeNull();
      } else {
        out.writeNumber(number);
      }
    }
  }

  private final TrainingConfig config;
  private final Path output;
  private final OutputMode start;
  private final Collection<ModuleLayer> plugins;
  private final ModelSource models;
  private final Optional<StsSuite> sts;
  private Content state;
  private boolean begun;

  /**
   * What the file holds.
   *
   * @param preset the recipe that the settings come from
   * @param seeds the seeds, in the order of their runs
   * @param settings the settings that the runs have in common
   * @param sha256 the hashes of what they read
   * @param runs the results of the runs that ended
   */
  private record Content(
      @Nullable String preset,
      List<Long> seeds,
      Map<String, String> settings,
      Map<String, String> sha256,
      List<SeedResult> runs) {
    Content {
      Objects.requireNonNull(settings);
      Objects.requireNonNull(sha256);
      seeds = List.copyOf(seeds);
      runs = List.copyOf(runs);
    }

    Content with(List<SeedResult> results) {
      return new Content(preset, seeds, settings, sha256, results);
    }

    Content with(Set<Long> more) {
      return new Content(preset, List.copyOf(more), settings, sha256, runs);
    }
  }

  private SeedRuns(
      TrainingConfig config,
      Path output,
      OutputMode start,
      Collection<ModuleLayer> plugins,
      ModelSource models,
      Content state) {
    this.config = config;
    this.output = output;
    this.start = start;
    this.plugins = List.copyOf(plugins);
    this.models = models;
    this.sts = tests(config);
    this.state = state;
    this.begun = start.resumes();
  }

  /** Reads the tests of the STS tasks if the evaluation data has all of their files. */
  private static Optional<StsSuite> tests(TrainingConfig config) {
    return config
        .settings()
        .evalData()
        .filter(data -> StsSuite.missing(data, StsProtocol.SIMCSE).isEmpty())
        .map(data -> StsSuite.read(data, StsProtocol.SIMCSE, List.of()));
  }

  /** Returns whether a directory holds such runs. */
  public static boolean isIn(Path output) {
    return Files.exists(output.resolve(FILE));
  }

  /**
   * Returns the settings that runs were started with.
   *
   * @throws InvalidInputException if the directory holds no such runs
   * @throws CheckpointException if its file is damaged
   */
  public static Map<String, String> settingsOf(Path output) {
    return read(output).settings();
  }

  /**
   * Validates the seeds and the output directory; nothing is written before {@link #begin}.
   *
   * @param given the user's configuration; its seed is not used
   * @param seeds the seeds. Runs are resumed with those that they began with if there are none
   *     here, or with more
   * @param output the output directory
   * @param start how to treat earlier runs in it
   * @param plugins the plugins, searched for providers beside SimCSE's own
   * @param models opens the model
   * @throws InvalidInputException if a seed is there twice, if the directory cannot be used, or if
   *     runs that are resumed began with other settings or seeds
   * @throws CheckpointException if the file of runs that are resumed is damaged
   */
  public static SeedRuns of(
      TrainingConfig given,
      List<Long> seeds,
      Path output,
      OutputMode start,
      Collection<ModuleLayer> plugins,
      ModelSource models) {
    Set<Long> distinct = distinct(seeds);
    TrainingSettings settings = given.settings().withAbsolutePaths();
    if (!settings.gather().equals("local")) {
      throw new InvalidInputException(
          "The setting gather is %s, but several seeds are trained in one process: start a run per seed, with the setting seed."
              .formatted(settings.gather()));
    }
    RunDirectory directory = new RunDirectory(output);
    Content state;
    if (start.resumes()) {
      state = read(output);
      new RunOrigin(state.settings(), state.sha256())
          .requireSettings(common(settings.withLastingModel(models).values()));
      state = extended(state, distinct, output);
    } else {
      if (distinct.isEmpty()) {
        throw new InvalidInputException("There are no seeds: name at least one.");
      }
      if (start == OutputMode.OVERWRITE) {
        directory.requireReplaceable(settings.paths());
      } else {
        directory.requireEmpty();
      }
      state = new Content(null, List.copyOf(distinct), Map.of(), Map.of(), List.of());
    }
    return new SeedRuns(given, output, start, plugins, models, state);
  }

  private static Set<Long> distinct(List<Long> seeds) {
    Set<Long> distinct = new LinkedHashSet<>();
    for (long seed : seeds) {
      if (!distinct.add(seed)) {
        throw new InvalidInputException(
            "The seed %d is there twice, and both runs would be the same: name each once."
                .formatted(seed));
      }
    }
    return distinct;
  }

  private static Content extended(Content state, Set<Long> seeds, Path output) {
    if (seeds.isEmpty()) {
      return state;
    }
    Set<Long> missing = new TreeSet<>(state.seeds());
    missing.removeAll(seeds);
    if (!missing.isEmpty()) {
      throw new InvalidInputException(
          "The runs in %s have the seeds %s too: leave the seeds out to continue these, or name them and more."
              .formatted(output, text(missing)));
    }
    return state.with(seeds);
  }

  private static String text(Collection<Long> seeds) {
    return String.join(", ", seeds.stream().map(String::valueOf).toList());
  }

  private static Map<String, String> common(Map<String, String> settings) {
    Map<String, String> common = new LinkedHashMap<>(settings);
    common.remove(SEED);
    return common;
  }

  private static Content read(Path output) {
    Path file = output.resolve(FILE);
    if (!Files.exists(file)) {
      throw new InvalidInputException(
          "%s has no %s, so there are no runs of several seeds to resume; start anew with the same settings and without the output mode resume."
              .formatted(output, FILE));
    }
    try {
      return JSON.readValue(Files.readAllBytes(file), Content.class);
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          "%s is damaged: it is no JSON object with seeds, settings, sha256 and runs. Bring it back, or start anew in another directory."
              .formatted(file),
          e);
    } catch (IOException e) {
      throw new CheckpointException(
          "%s cannot be read: %s.".formatted(file, AtomicFile.reason(e)), e);
    }
  }

  /** Returns the output directory. */
  public Path output() {
    return output;
  }

  /** Returns the seeds, in the order of their runs. */
  public List<Long> seeds() {
    return state.seeds();
  }

  /** Returns the recipe that the settings come from, if it is known. */
  public Optional<String> preset() {
    return Optional.ofNullable(state.preset());
  }

  /** Returns the settings that the runs have in common; empty before {@link #begin}. */
  public Map<String, String> settings() {
    return state.settings();
  }

  /** Returns the seeds whose runs have not ended, in order. */
  public List<Long> remaining() {
    Set<Long> ended = new TreeSet<>();
    results().forEach(result -> ended.add(result.seed()));
    return seeds().stream().filter(seed -> !ended.contains(seed)).toList();
  }

  /** Returns the results of the runs that ended, in the order of the seeds. */
  public List<SeedResult> results() {
    return seeds().stream()
        .flatMap(seed -> state.runs().stream().filter(result -> result.seed() == seed))
        .toList();
  }

  /**
   * Returns the mean and spread over the runs that ended, by the name of the figure.
   *
   * @param figures what to summarise of a run
   */
  public Map<String, Spread> spread(Function<SeedResult, Map<String, Double>> figures) {
    Map<String, List<Double>> values = new LinkedHashMap<>();
    results()
        .forEach(
            result ->
                figures
                    .apply(result)
                    .forEach(
                        (name, value) ->
                            values.computeIfAbsent(name, any -> new ArrayList<>()).add(value)));
    Map<String, Spread> spread = new LinkedHashMap<>();
    values.forEach((name, all) -> spread.put(name, Spread.of(all)));
    return spread;
  }

  /**
   * Returns the seven STS tasks on which each best model is to be evaluated after its run; empty if
   * the evaluation data does not have them.
   */
  public Optional<StsSuite> sts() {
    return sts;
  }

  /** Returns a description of the runs for display, one fact per line. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("%-20s%s, each in %s".formatted("seeds", text(seeds()), output.resolve("seed-N")));
    config
        .settings()
        .evalData()
        .ifPresent(
            data -> {
              List<String> missing = StsSuite.missing(data, StsProtocol.SIMCSE);
              lines.add(
                  "%-20s%s"
                      .formatted(
                          "STS tasks",
                          missing.isEmpty()
                              ? "test sets of all seven, with each best/ after its run"
                              : "not measured: %s lacks %d of their files, such as %s"
                                  .formatted(data, missing.size(), missing.get(0))));
            });
    return lines;
  }

  /** Returns the output directory of a seed's run. */
  public Path output(long seed) {
    return new RunDirectory(output).seed(seed);
  }

  /**
   * Validates the run of a seed, which is resumed if it has a checkpoint.
   *
   * @throws org.simcse.api.error.SimCseException as {@link TrainingPlan#of} does
   * @throws InvalidInputException also if an input changed since the first of the runs
   */
  public TrainingPlan plan(long seed) {
    Path folder = output(seed);
    TrainingPlan plan;
    try {
      boolean resumed = begun && new RunDirectory(folder).hasCheckpoint();
      plan =
          TrainingPlan.of(
              config.with(SEED, seed),
              folder,
              resumed ? OutputMode.RESUME : OutputMode.OVERWRITE,
              plugins,
              models);
    } catch (CheckpointException e) {
      throw begun && Files.exists(folder)
          ? new CheckpointException(
              "%s Or, to lose this seed's run alone: delete %s and resume."
                  .formatted(e.getMessage(), folder),
              e)
          : e;
    }
    requireData(hashes(plan));
    return plan;
  }

  private Map<String, String> hashes(TrainingPlan plan) {
    Map<String, String> hashes = new LinkedHashMap<>(plan.hashes());
    sts.ifPresent(tasks -> hashes.put(TESTS, tasks.sha256()));
    return hashes;
  }

  /** Requires that the runs read what the first of them read, neither less nor more. */
  private void requireData(Map<String, String> hashes) {
    if (state.sha256().isEmpty()) {
      return;
    }
    Set<String> added = new TreeSet<>(hashes.keySet());
    added.removeAll(state.sha256().keySet());
    if (!added.isEmpty()) {
      throw new InvalidInputException(
          "The runs in %s began without %s, and their results would not compare: leave out what adds it, or start anew in another directory."
              .formatted(output, String.join(", ", added)));
    }
    new RunOrigin(state.settings(), state.sha256()).requireData(hashes);
  }

  /**
   * Prepares the output directory and records what the runs are made from, unless that was done.
   *
   * @param first the plan of the first run
   * @param preset the recipe that the settings come from
   * @throws org.simcse.api.error.SimCseException if the file cannot be written
   */
  public void begin(TrainingPlan first, Optional<String> preset) {
    if (!begun) {
      RunDirectory directory = new RunDirectory(output);
      directory.create();
      if (start == OutputMode.OVERWRITE) {
        directory.clear();
      }
      state =
          new Content(
              preset.orElse(null), seeds(), common(first.settings()), hashes(first), state.runs());
      begun = true;
    }
    write();
  }

  /**
   * Records how a run ended.
   *
   * @param sts Spearman's correlation of {@code best/} on each STS task; may be empty
   * @throws org.simcse.api.error.SimCseException if the file cannot be written
   */
  public void finish(long seed, TrainingResult result, Map<String, Double> sts) {
    List<SeedResult> runs = new ArrayList<>(state.runs());
    runs.add(SeedResult.of(seed, result, sts));
    state = state.with(runs);
    write();
  }

  private void write() {
    AtomicFile.write(output.resolve(FILE), out -> out.write(JSON.writeValueAsBytes(state)));
  }
}
