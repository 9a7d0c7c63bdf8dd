package org.simcse.cli;

import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.simcse.api.error.InvalidInputException;
import org.simcse.cli.io.Destination;
import org.simcse.cli.io.RowWriter;
import org.simcse.core.SimCse;
import org.simcse.core.embed.Prompt;
import org.simcse.core.mine.HardNegatives;
import org.simcse.core.mine.MiningResult;
import org.simcse.core.mine.MiningResult.Fate;
import org.simcse.core.mine.MiningRules;

/** Mines hard negatives, writes rows to train on, and says what each rule skipped. */
final class MiningJob {
  private final Supplier<SimCse> simCse;
  private final EvaluationRun run;
  private final OutputOptions say;

  @Inject
  MiningJob(Supplier<SimCse> simCse, EvaluationRun run, OutputOptions say) {
    this.simCse = simCse;
    this.run = run;
    this.say = say;
  }

  void run(
      HardNegatives mining,
      MiningRules rules,
      Prompt ofAnchors,
      Prompt ofOthers,
      String name,
      RowWriter.Format format,
      Optional<Path> output) {
    try (Destination destination = Destination.open(output)) {
      try {
        EvaluatedModel model = new EvaluatedModel(name, List.of(), simCse);
        MiningResult result =
            run.evaluate(
                model,
                mining.texts(),
                embedder ->
                    mining.mine(rules, embedder.behind(ofAnchors), embedder.behind(ofOthers)));
        if (!say.quiet()) {
          lines(mining, rules, result).forEach(System.err::println);
        }
        requireRows(mining, rules, result);
        write(result, rules, new RowWriter(destination.stream(), format));
        destination.commit();
      } catch (IOException e) {
        throw destination.failed(e);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireRows(HardNegatives mining, MiningRules rules, MiningResult result) {
    if (result.rows().isEmpty()) {
      throw new InvalidInputException(
          "No pair has %d texts that count as its hard negatives: %s."
              .formatted(rules.negatives(), String.join(", or ", advice(mining, rules, result))));
    }
  }

  /** Returns what may give rows, of which the last always does. */
  private static List<String> advice(HardNegatives mining, MiningRules rules, MiningResult result) {
    List<String> advice = new ArrayList<>();
    if (rules.to() < mining.corpus()) {
      advice.add("raise the end of --range");
    }
    if (result.candidates().containsKey(Fate.BEFORE_RANGE)) {
      advice.add("lower the start of --range");
    }
    if (rules.negatives() > 1) {
      advice.add("ask for fewer --negatives");
    }
    if (result.candidates().containsKey(Fate.ABOVE_MAX_SCORE)) {
      advice.add("raise --max-score");
    }
    if (result.candidates().containsKey(Fate.WITHIN_MARGIN)) {
      advice.add("lower --relative-margin");
    }
    advice.add("add texts to the corpus");
    return advice;
  }

  private static void write(MiningResult result, MiningRules rules, RowWriter writer)
      throws IOException {
    List<String> names = new ArrayList<>(List.of("anchor", "positive"));
    for (int i = 1; i <= rules.negatives(); i++) {
      names.add(rules.negatives() == 1 ? "negative" : "negative_" + i);
    }
    writer.header(names);
    for (MiningResult.Row row : result.rows()) {
      List<String> texts = new ArrayList<>(List.of(row.anchor(), row.positive()));
      texts.addAll(row.negatives());
      writer.row(texts);
    }
    writer.finish();
  }

  private static List<String> lines(HardNegatives mining, MiningRules rules, MiningResult result) {
    List<String> lines = new ArrayList<>();
    add(
        lines,
        "corpus",
        mining.corpus(),
        "texts; %,d more are equal to one of them",
        mining.duplicates());
    add(lines, "rows", result.rows().size(), "with %d hard negatives each", rules.negatives());
    if (result.incomplete() > 0) {
      add(lines, "left out", result.incomplete(), "pairs, which have fewer");
    }
    lines.add("Of the nearest texts");
    for (Fate fate : Fate.values()) {
      long count = result.candidates().getOrDefault(fate, 0L);
      if (count > 0) {
        add(lines, "", count, meaning(fate, rules));
      }
    }
    return lines;
  }

  private static String meaning(Fate fate, MiningRules rules) {
    return switch (fate) {
      case KNOWN -> "are the anchor, or in a pair with it";
      case BEFORE_RANGE -> "are among the %d nearest".formatted(rules.from());
      case ABOVE_MAX_SCORE -> "are above the highest score";
      case WITHIN_MARGIN -> "are not below the positive by the margin";
      case TOO_FEW -> "would do, but their pairs have too few of them";
      case NOT_CHOSEN -> "would do, and were not needed";
      case CHOSEN -> "are hard negatives";
    };
  }

  private static void add(
      List<String> lines, String name, long count, String what, Object... values) {
    lines.add(
        String.format(Locale.ROOT, "%-20s%,12d ", name, count)
            + String.format(Locale.ROOT, what, values));
  }
}
