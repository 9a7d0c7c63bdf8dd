package org.simcse.cli;

import com.google.inject.Guice;
import com.google.inject.Injector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.simcse.api.error.InvalidInputException;
import org.simcse.cli.io.RowWriter;
import org.simcse.cli.io.Rows;
import org.simcse.core.data.ColumnMapping;
import org.simcse.core.data.Example;
import org.simcse.core.data.ExampleReader;
import org.simcse.core.data.TrainingFile;
import org.simcse.core.io.InputFiles;
import org.simcse.core.mine.HardNegatives;
import org.simcse.core.mine.MiningRules;
import org.simcse.core.table.FormatOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code simcse mine}. */
@Command(
    name = "mine",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    customSynopsis = "simcse mine --pairs FILE [--corpus FILE] [OPTION...]",
    description =
        "Mine hard negatives: for every pair of similar texts, texts that the model takes for similar too. What is written is a file to train on.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  simcse mine --pairs train.csv --corpus texts.txt -o triplets.csv",
      "  simcse mine --pairs qa.jsonl --relative-margin 0.05 --negatives 5",
      "  simcse mine --pairs qa.tsv --range 10:100 --choice random -o rows.jsonl",
      "  simcse train --train-file triplets.csv --batching no-duplicates --output runs/mined"
    })
final class MineCommand implements Callable<Integer> {
  @Option(
      names = "--pairs",
      paramLabel = "FILE",
      required = true,
      description =
          "Rows with an anchor and a positive, as train reads them: csv, tsv or jsonl; hard negatives that they have already are left out.")
  private Path pairs = Path.of("");

  @Option(
      names = "--columns",
      paramLabel = "COLUMNS",
      description =
          "The columns of the pairs by name or number, as in anchor=a,positive=b; default: recognised by their usual names.")
  private Optional<String> columns = Optional.empty();

  @Mixin private TableOptions table = new TableOptions();

  @Option(
      names = "--corpus",
      paramLabel = "FILE",
      description =
          "Texts to choose negatives from: csv, tsv or jsonl, by column, anything else one text per line; default: the positives of all pairs.")
  private Optional<Path> corpus = Optional.empty();

  @Option(
      names = "--corpus-column",
      paramLabel = "NAME",
      description =
          "The corpus's column of texts, by name or by number from 1; default: the only one that may be a text.")
  private List<String> corpusColumn = List.of();

  @Mixin private RolePromptOptions prompts = new RolePromptOptions();
  @Mixin private MiningOptions options = new MiningOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "Output file, .csv or .jsonl; '-' is standard output, the default, where csv is written.")
  private Optional<Path> output = Optional.empty();

  @Mixin private FiniteCheck check = new FiniteCheck();
  @Mixin private ModelOptions model = new ModelOptions();
  @Mixin private OutputOptions say = new OutputOptions();

  @Override
  public Integer call() {
    MiningRules rules = options.rules();
    RowWriter.Format format = RowWriter.Format.of(output);
    requireFiles();
    List<HardNegatives.Pair> rows = pairs();
    HardNegatives mining = HardNegatives.of(rows, corpus(rows));
    mining.requireEnough(rules);
    Injector injector = Guice.createInjector(new EmbeddingModule(model, check, say));
    injector
        .getInstance(MiningJob.class)
        .run(
            mining,
            rules,
            prompts.ofQueries(model.prompt()),
            prompts.ofDocuments(model.prompt()),
            model.model(),
            format,
            output);
    return ExitCode.DONE;
  }

  private void requireFiles() {
    if (corpus.isEmpty() && !corpusColumn.isEmpty()) {
      throw new InvalidInputException(
          "--corpus-column has no effect without --corpus; leave it out.");
    }
    List<Path> inputs = Stream.concat(Stream.of(pairs), corpus.stream()).toList();
    InputFiles.require(inputs);
    for (Path input : inputs) {
      if (output.isPresent() && isSame(input, output.get())) {
        throw new InvalidInputException(
            "The output %s is a file that is read; give --output another name."
                .formatted(output.get()));
      }
    }
  }

  private static boolean isSame(Path input, Path output) {
    try {
      return Files.isRegularFile(output) && Files.isSameFile(input, output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<HardNegatives.Pair> pairs() {
    TrainingFile file = TrainingFile.of(pairs, table.format().of(pairs)).droppingBlank();
    if (columns.isPresent()) {
      file = file.withColumns(ColumnMapping.parse(columns.get()));
    }
    List<HardNegatives.Pair> rows = new ArrayList<>();
    try (ExampleReader examples = file.open()) {
      examples.warnings().forEach(say::warn);
      if (examples.columns().size() == 1) {
        throw new InvalidInputException(
            "%s has an anchor but no positive, and without one nothing says what is no negative; choose two columns with --columns anchor=A,positive=B."
                .formatted(pairs));
      }
      while (examples.hasNext()) {
        Example row = examples.next();
        rows.add(new HardNegatives.Pair(row.texts().get(0), row.texts().get(1)));
      }
      if (examples.dropped() > 0) {
        say.warn(
            "%d rows of %s have a blank text and are left out."
                .formatted(examples.dropped(), pairs));
      }
    }
    if (rows.isEmpty()) {
      throw new InvalidInputException("%s has no pairs to find negatives for.".formatted(pairs));
    }
    return rows;
  }

  private Stream<String> corpus(List<HardNegatives.Pair> rows) {
    if (corpus.isEmpty()) {
      return rows.stream().map(HardNegatives.Pair::positive);
    }
    List<String> texts = new ArrayList<>();
    try (Rows read =
        Rows.open(corpus, FormatOptions.NONE, corpusColumn, false, "--corpus-column")) {
      read.warnings().forEach(say::warn);
      read.forEachRemaining(row -> texts.add(row.get(0)));
    }
    if (texts.stream().allMatch(String::isBlank)) {
      throw new InvalidInputException(
          "%s has no texts to find negatives among.".formatted(corpus.get()));
    }
    return texts.stream();
  }
}
