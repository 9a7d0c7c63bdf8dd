package org.simcse.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.simcse.cli.io.Report;
import org.simcse.cli.io.Table;
import org.simcse.core.evaluate.PrintedFigures;
import org.simcse.core.evaluate.Spread;
import org.simcse.core.modeldir.ModelSource;
import org.simcse.core.train.Presets;
import org.simcse.core.train.PublishedFigures;
import org.simcse.core.train.SeedResult;
import org.simcse.core.train.SeedRuns;
import org.simcse.core.train.TrainingConfig;

/**
 * The results of runs that differ by their seed.
 *
 * @param runs runs that ended
 */
record SeedsReport(SeedRuns runs) {
  private static final String AVERAGE = "Avg.";

  Report report() {
    List<Table> tables = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    if (!runs.spread(SeedResult::after).isEmpty()) {
      tables.add(metrics());
    }
    Map<String, Spread> tasks = runs.spread(SeedsReport::tasks);
    if (!tasks.isEmpty()) {
      tables.add(tasks(tasks));
      published().ifPresent(known -> notes.add(note(known)));
    }
    tables.add(each());
    return new Report(tables, notes, each(), Map.of());
  }

  private String seeds() {
    return "%d seed%s".formatted(runs.results().size(), runs.results().size() == 1 ? "" : "s");
  }

  private Table metrics() {
    Map<String, Spread> before = runs.spread(SeedResult::before);
    Map<String, Spread> best = runs.spread(SeedResult::best);
    List<List<Object>> rows = new ArrayList<>();
    runs.spread(SeedResult::after)
        .forEach(
            (name, after) ->
                rows.add(
                    List.of(name, shown(before.get(name)), shown(after), shown(best.get(name)))));
    return new Table(
        "Development sets: mean ± standard deviation over " + seeds(),
        List.of("measure", "before", "after", "best"),
        rows);
  }

  private static String shown(@Nullable Spread spread) {
    if (spread == null) {
      return "-";
    }
    String mean = String.format(Locale.ROOT, "%.4f", spread.mean());
    return spread.count() == 1
        ? mean
        : mean + String.format(Locale.ROOT, " ± %.4f", spread.deviation());
  }

  /** Returns the figures x 100 of a run's tasks, and their average as SimCSE's tables print it. */
  private static Map<String, Double> tasks(SeedResult result) {
    Map<String, Double> figures = new LinkedHashMap<>();
    result.sts().forEach((task, spearman) -> figures.put(task, 100 * spearman));
    if (!figures.isEmpty()) {
      figures.put(
          AVERAGE, PrintedFigures.mean(figures.values().stream().mapToDouble(Double::doubleValue)));
    }
    return figures;
  }

  private Table tasks(Map<String, Spread> tasks) {
    List<List<Object>> rows = new ArrayList<>();
    for (SeedResult result : runs.results()) {
      rows.add(row(String.valueOf(result.seed()), tasks(result).values()));
    }
    rows.add(row("mean", tasks.values().stream().map(Spread::mean).toList()));
    if (runs.results().size() > 1) {
      rows.add(row("standard deviation", tasks.values().stream().map(Spread::deviation).toList()));
    }
    published()
        .ifPresent(
            known ->
                rows.add(
                    row(
                        "published",
                        Stream.concat(known.tasks().stream(), Stream.of(known.average()))
                            .toList())));
    List<String> columns = new ArrayList<>(List.of("seed"));
    columns.addAll(tasks.keySet());
    return new Table(
        "STS, test sets, of each best/: Spearman's correlation x 100, subsets concatenated",
        columns,
        rows);
  }

  private static List<Object> row(String label, Collection<Double> figures) {
    List<Object> row = new ArrayList<>(List.of(label));
    row.addAll(figures);
    return row;
  }

  private Table each() {
    List<List<Object>> rows = new ArrayList<>();
    for (SeedResult result : runs.results()) {
      rows.add(List.of(String.valueOf(result.seed()), result.steps(), result.bestStep()));
    }
    return new Table("", List.of("seed", "steps", "best after step"), rows);
  }

  private Optional<PublishedFigures> published() {
    return runs.preset().flatMap(PublishedFigures::of);
  }

  private String note(PublishedFigures known) {
    String reproduced =
        known
            .reproduced()
            .map(
                others ->
                    String.format(
                        Locale.ROOT,
                        " Others found an average of %.2f ± %.2f over %d seeds.",
                        others.mean(),
                        others.deviation(),
                        others.count()))
            .orElse("");
    return "published: the checkpoint that the authors of SimCSE released for %s, trained from %s with a seed of theirs; these runs started from %s.%s%s"
        .formatted(known.preset(), known.base(), model(), reproduced, changed(known.preset()));
  }

  /** Returns the model that training started from, without the folder that it lies in. */
  private String model() {
    if (setting("fresh-encoder").isPresent()) {
      return "a fresh encoder";
    }
    String name = setting("model").orElse("the default model");
    return ModelSource.local(name).map(path -> path.getFileName().toString()).orElse(name);
  }

  /** Names the settings of the recipe that these runs changed. */
  private String changed(String preset) {
    Map<String, String> recipe = TrainingConfig.defaults().with(Presets.read(preset)).values();
    List<String> changed =
        Stream.concat(
                Presets.read(preset).keySet().stream(), Stream.of("max-steps", "fresh-encoder"))
            .distinct()
            .filter(name -> !Optional.ofNullable(recipe.get(name)).equals(setting(name)))
            .map(name -> name + " " + setting(name).orElse("not set"))
            .toList();
    return changed.isEmpty()
        ? ""
        : " These runs had other settings than the recipe: %s."
            .formatted(String.join(", ", changed));
  }

  private Optional<String> setting(String name) {
    return Optional.ofNullable(runs.settings().get(name));
  }
}
