package org.simcse.cli;

import com.google.inject.Guice;
import com.google.inject.Injector;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.simcse.core.train.OutputMode;
import org.simcse.core.train.Presets;
import org.simcse.core.train.SeedRuns;
import org.simcse.core.train.TrainingConfig;
import org.simcse.core.train.TrainingPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code simcse train}; {@link SettingFlags} adds a flag for every setting. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    customSynopsis = "simcse train [--preset NAME] [--config FILE] --output DIR [SETTING...]",
    modelTransformer = SettingFlags.class,
    description = "Train a model on a file of texts, evaluate it and save checkpoints.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  simcse train --preset quickstart --output runs/first",
      "  simcse train --preset unsup-bert-base --model DIR --train-file sentences.txt --output runs/unsup",
      "  simcse train --preset sup-bert-base --model DIR --train-file nli.csv --output runs/sup",
      "  simcse train --preset sup-bert-base --print-config",
      "  simcse train --preset quickstart --ranks 2 --output runs/two",
      "  simcse train --preset quickstart --seeds 1,2,3 --output runs/seeds",
      "  simcse train --output runs/first --resume",
      "",
      "Settings come from their defaults, then the preset, then the file of --config, then flags.",
      "Exit codes: 0 done, 1 failed, 2 misused, 130 and 143 interrupted (last/ is saved)."
    })
final class TrainCommand implements Callable<Integer> {
  /** For help texts and completion. */
  static final class PresetNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Presets.names().iterator();
    }
  }

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      completionCandidates = PresetNames.class,
      description = "Recipe to start from: ${COMPLETION-CANDIDATES}.")
  private Optional<String> preset = Optional.empty();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "YAML file of settings, as --print-config writes them.")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "Output directory; must be empty or missing.")
  private Optional<Path> output = Optional.empty();

  @Option(
      names = "--seeds",
      paramLabel = "N",
      split = "\\s*,\\s*",
      description =
          "Train once with each of these seeds, in seed-N of the output directory, and print mean and standard deviation.")
  private List<Long> seeds = List.of();

  @Option(
      names = "--ranks",
      paramLabel = "N",
      description =
          "Train in this many processes on this machine, joined by MPI; --threads is divided among them. Under mpirun or another launcher of MPI, that decides.")
  private Optional<Integer> ranks = Optional.empty();

  @Option(names = "--resume", description = "Resume the run in --output from its last checkpoint.")
  private boolean resume;

  @Option(
      names = "--reshard",
      description = "With --resume: continue with another number of ranks than the run began with.")
  private boolean reshard;

  @Option(names = "--overwrite", description = "Replace an earlier run in the output directory.")
  private boolean overwrite;

  @Option(
      names = "--dry-run",
      description = "Check settings and input files, print what was found, and exit.")
  private boolean dryRun;

  @Option(names = "--print-config", description = "Print the resulting settings as YAML and exit.")
  private boolean printConfig;

  @Mixin private PluginOptions plugins = new PluginOptions();
  @Mixin private HubOptions hub = new HubOptions();
  @Mixin private OutputOptions say = new OutputOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  private final Map<String, String> flags = new LinkedHashMap<>();

  /** Records a given flag. */
  void set(String setting, String value) {
    flags.put(setting, value);
  }

  @Override
  public Integer call() {
    if (resume && overwrite) {
      throw misused("--resume continues what --overwrite deletes; give one of them.");
    }
    if (resume && (preset.isPresent() || file.isPresent())) {
      throw misused(
          "A run is resumed with the settings that it began with; leave out --preset and --config.");
    }
    if (reshard && !resume) {
      throw misused("--reshard goes with --resume.");
    }
    PrintWriter out = spec.commandLine().getOut();
    several();
    if (printConfig) {
      out.print(Presets.yaml(config().values()));
      return ExitCode.DONE;
    }
    Path directory =
        output
            .or(() -> dryRun ? Optional.of(Path.of("runs", "dry-run")) : Optional.empty())
            .orElseThrow(() -> misused("--output DIR is missing: it is where the model goes."));
    OutputMode start =
        resume
            ? (reshard ? OutputMode.RESHARD : OutputMode.RESUME)
            : overwrite ? OutputMode.OVERWRITE : OutputMode.NEW;
    TrainingConfig config = config();
    Optional<Integer> rank = RanksLauncher.rank(System.getenv());
    if (ranks.isPresent() && ranks.get() < 1) {
      throw misused("--ranks must be at least 1, but it is %d.".formatted(ranks.get()));
    }
    if (ranks.isPresent() && !dryRun && rank.isEmpty()) {
      int threads =
          config
              .get("threads")
              .map(Integer::valueOf)
              .orElseGet(() -> Runtime.getRuntime().availableProcessors());
      return RanksLauncher.launch(
          ranks.get(),
          threads,
          config.get("gather").filter(gather -> !gather.equals("local")).isPresent(),
          spec.root().commandLine().getParseResult().originalArgs(),
          say);
    }
    if (rank.filter(other -> other > 0).isPresent()
        && config.get("gather").filter(gather -> !gather.equals("local")).isPresent()) {
      say.silence();
      out = new PrintWriter(Writer.nullWriter());
    }
    int status = train(config, directory, start, out);
    RanksLauncher.completed();
    return status;
  }

  private int train(TrainingConfig config, Path directory, OutputMode start, PrintWriter out) {
    Injector injector =
        Guice.createInjector(
            new TrainingModule(config, directory, start, seeds, plugins, hub, say));
    if (several()) {
      SeedsJob job = injector.getInstance(SeedsJob.class);
      return dryRun ? job.describe(out) : job.run(preset, out);
    }
    TrainingJob job = injector.getInstance(TrainingJob.class);
    return dryRun ? job.describe(out) : job.run(out);
  }

  /** Returns whether to train with several seeds, and rejects a seed beside them. */
  private boolean several() {
    if (!seeds.isEmpty() && ranks.isPresent()) {
      throw misused("--seeds trains in one process; leave out --ranks, or start a run per seed.");
    }
    boolean several = !seeds.isEmpty() || (resume && output.filter(SeedRuns::isIn).isPresent());
    if (several
        && (flags.containsKey("seed")
            || file.filter(config -> Presets.read(config).containsKey("seed")).isPresent())) {
      throw misused(
          "--seed names the seed of one run, and --seeds those of several; leave out --seed, also in the file of --config.");
    }
    return several;
  }

  private ParameterException misused(String why) {
    return new ParameterException(spec.commandLine(), why);
  }

  private TrainingConfig config() {
    TrainingConfig config = TrainingConfig.defaults();
    if (resume) {
      Path directory = output.orElse(Path.of("."));
      config =
          config.with(
              several() ? SeedRuns.settingsOf(directory) : TrainingPlan.settingsOf(directory));
    } else {
      config = config.with(environment());
      if (preset.isPresent()) {
        config = config.with(installed(Presets.read(preset.get())));
      }
      if (file.isPresent()) {
        config = config.with(Presets.read(file.get()));
      }
    }
    return config.with(flags);
  }

  /** Resolves a recipe's own files against the installation, whatever the working directory. */
  private static Map<String, String> installed(Map<String, String> recipe) {
    Map<String, String> settings = new LinkedHashMap<>(recipe);
    String home = System.getProperty("simcse.image", ".");
    for (String file : new String[] {"train-file", "eval-file"}) {
      settings.computeIfPresent(
          file,
          (name, path) ->
              Files.exists(Path.of(path)) || !Files.exists(Path.of(home, path))
                  ? path
                  : Path.of(home, path).toString());
    }
    return settings;
  }

  /** Returns the settings that other commands read from the environment too. */
  private static Map<String, String> environment() {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String setting : new String[] {"model", "backend", "device", "threads"}) {
      EnvironmentDefaults.ofSetting(setting).ifPresent(value -> settings.put(setting, value));
    }
    return settings;
  }
}
