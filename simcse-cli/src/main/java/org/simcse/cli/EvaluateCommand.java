package org.simcse.cli;

import static java.util.Map.entry;

import com.google.inject.Guice;
import com.google.inject.Injector;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.simcse.core.evaluate.ScoredPairs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code simcse evaluate}. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    customSynopsis = {
      "simcse evaluate --data DIR [--tasks NAME,...] [OPTION...]",
      "       simcse evaluate --pairs FILE [OPTION...]",
      "       simcse evaluate --triplets FILE [OPTION...]",
      "       simcse evaluate --corpus FILE --queries FILE --qrels FILE [OPTION...]"
    },
    description =
        "Evaluate a model: on the STS and transfer tasks of SimCSE's tables, or on your own scored pairs, triplets, or queries and documents; two models with --compare.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  simcse evaluate --data data/senteval",
      "  simcse evaluate --data data/senteval --tasks STS-B,SICK-R --details",
      "  simcse evaluate --data data/senteval --model runs/first/best --pooler all",
      "  simcse evaluate --data data/senteval --tasks transfer --mode fasttest",
      "  simcse evaluate --data data/sts --protocol mteb --format json -o mteb.json",
      "  simcse evaluate --pairs my.tsv --model runs/first/best --compare default",
      "  simcse evaluate --triplets nli-dev.csv --model runs/first/best",
      "  simcse evaluate --corpus corpus.jsonl --queries queries.jsonl --qrels qrels/test.tsv"
    })
final class EvaluateCommand implements Callable<Integer> {
  private static final String DATA = "--data";
  private static final String PAIRS = "--pairs";
  private static final String TRIPLETS = "--triplets";
  private static final String CORPUS = "--corpus";

  /** The options that only some ways of evaluating read, with those ways. */
  private static final Map<String, Set<String>> READ_BY =
      Map.ofEntries(
          entry("--tasks", Set.of(DATA)),
          entry("--protocol", Set.of(DATA)),
          entry("--mode", Set.of(DATA)),
          entry("--seed", Set.of(DATA)),
          entry("--allow-other-data", Set.of(DATA)),
          entry("--details", Set.of(DATA)),
          entry("--plot", Set.of(DATA, PAIRS)),
          entry("--columns", Set.of(PAIRS, TRIPLETS)),
          entry("--input-format", Set.of(PAIRS, TRIPLETS)),
          entry("--delimiter", Set.of(PAIRS, TRIPLETS)),
          entry("--header", Set.of(PAIRS, TRIPLETS)),
          entry("--replace-invalid", Set.of(PAIRS, TRIPLETS)),
          entry("--query-prompt", Set.of(TRIPLETS, CORPUS)),
          entry("--document-prompt", Set.of(TRIPLETS, CORPUS)),
          entry("--recall-at", Set.of(CORPUS)));

  @Mixin private BenchmarkOptions benchmark = new BenchmarkOptions();

  @Option(
      names = "--pairs",
      paramLabel = "FILE",
      description =
          "Your own pairs of texts with a score, where a higher score means more similar texts: csv, tsv or jsonl.")
  private Optional<Path> pairs = Optional.empty();

  @Mixin private RankingOptions ranking = new RankingOptions();

  @Option(
      names = "--columns",
      paramLabel = "NAME",
      split = ",",
      description =
          "The columns of the pairs' texts and of their score, or of triplets as anchor=A,positive=B,negative=C: their names, or their numbers from 1; default: those with the usual names.")
  private List<String> columns = List.of();

  @Mixin private TableOptions table = new TableOptions();

  @Option(
      names = "--compare",
      paramLabel = "MODEL",
      description =
          "A second model, evaluated in the same way: a directory, a model of the hub, or 'default' for the embedded model.")
  private Optional<String> compared = Optional.empty();

  @Mixin private ReportOptions report = new ReportOptions();
  @Mixin private FiniteCheck check = new FiniteCheck();
  @Mixin private ModelOptions model = new ModelOptions();
  @Mixin private OutputOptions say = new OutputOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    requireEffect(way());
    Injector injector =
        Guice.createInjector(
            new EvaluationModule(model, compared, report, new EmbeddingModule(model, check, say)));
    if (pairs.isPresent()) {
      ScoredPairs read = ScoredPairs.read(pairs.get(), table.format(), columns);
      injector.getInstance(PairsJob.class).run(read);
    } else if (ranking.corpus().isPresent()) {
      MeasuredTask task = ranking.readRetrieval(model.prompt());
      injector.getInstance(MeasuresJob.class).run(task);
    } else if (ranking.triplets().isPresent()) {
      MeasuredTask task = ranking.readTriplets(table, columns, model.prompt());
      injector.getInstance(MeasuresJob.class).run(task);
    } else {
      injector.getInstance(BenchmarkJob.class).run(benchmark, model.engine().threads());
    }
    return ExitCode.DONE;
  }

  /** Returns the option that says what to evaluate on. */
  private String way() {
    Map<String, Optional<Path>> ways = new LinkedHashMap<>();
    ways.put(DATA, benchmark.data());
    ways.put(PAIRS, pairs);
    ways.put(TRIPLETS, ranking.triplets());
    ways.put(CORPUS, ranking.corpus());
    ways.values().removeIf(Optional::isEmpty);
    List<String> given = List.copyOf(ways.keySet());
    if (given.isEmpty()) {
      throw refused(
          "One of --data DIR, --pairs FILE, --triplets FILE, and --corpus FILE with --queries and --qrels is needed.");
    }
    if (given.size() > 1) {
      throw refused(
          "Only one of %s may be given; leave out the rest."
              .formatted(String.join(" and ", given)));
    }
    return given.get(0);
  }

  /** Rejects options that this way of evaluating does not read. */
  private void requireEffect(String way) {
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      String name = option.longestName();
      if (!READ_BY.getOrDefault(name, Set.of(way)).contains(way)) {
        throw refused("%s has no effect with %s; leave it out.".formatted(name, way));
      }
    }
  }

  private ParameterException refused(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
