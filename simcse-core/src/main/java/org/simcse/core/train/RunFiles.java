package org.simcse.core.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.Options;
import org.simcse.core.data.ColumnMapping;
import org.simcse.core.data.ExampleReader;
import org.simcse.core.data.TrainingFile;
import org.simcse.core.data.ViewSource;
import org.simcse.core.evaluate.Evaluation;
import org.simcse.core.evaluate.ScoredPairs;
import org.simcse.core.table.FormatOptions;
import org.simcse.core.table.TextFormat;

/** The files that a run reads, as its settings name them. */
final class RunFiles {
  private RunFiles() {}

  /**
   * The file to train on.
   *
   * @throws InvalidInputException if none is named, or if its format and columns make no sense
   */
  static TrainingFile training(TrainingSettings config) {
    Path path =
        config
            .trainFile()
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "There is nothing to train on: name a file with --train-file."));
    if (Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path)) {
      throw new InvalidInputException(
          "%s is not a regular file, but training reads its file several times. Write the rows into a file first."
              .formatted(path));
    }
    FormatOptions options =
        new FormatOptions(
            config.inputFormat(), config.delimiter(), config.header(), config.replaceInvalid());
    TrainingFile file = TrainingFile.of(path, options.of(path));
    if (config.columns().isPresent()) {
      file = file.withColumns(ColumnMapping.parse(config.columns().get()));
    }
    return config.dropBlank() ? file.droppingBlank() : file;
  }

  /** What makes the views of a row. */
  static ViewSource viewSource(TrainingSettings config) {
    return ViewSource.of(Options.parse(config.views().orElse(ViewSource.TEXTS)));
  }

  /** V, the number of texts that a row becomes. */
  static int views(TrainingSettings config, TrainingFile file) {
    try (ExampleReader reader = file.open()) {
      return viewSource(config).views(reader.next(), 0, 0).size();
    }
  }

  /**
   * The sets to evaluate on, read whole.
   *
   * @throws InvalidInputException if one of them cannot be used
   */
  static Optional<Evaluation> evaluation(TrainingSettings config) {
    List<ScoredPairs> sets = new ArrayList<>();
    config.evalFile().ifPresent(path -> sets.add(scored(path, config)));
    config.evalData().ifPresent(folder -> sets.addAll(ScoredPairs.developmentSets(folder)));
    return sets.isEmpty() ? Optional.empty() : Optional.of(new Evaluation(sets));
  }

  private static ScoredPairs scored(Path path, TrainingSettings config) {
    FormatOptions options =
        new FormatOptions(
            config.evalInputFormat(),
            config.evalDelimiter(),
            config.evalHeader(),
            config.replaceInvalid());
    List<String> columns =
        config.evalColumns().map(text -> List.of(text.split(",", -1))).orElse(List.of());
    try {
      TextFormat tabs = TextFormat.of(TextFormat.Kind.TSV).withoutHeader();
      return ScoredPairs.read(path, options.of(Optional.of(path), tabs), columns);
    } catch (InvalidInputException e) {
      String message = String.valueOf(e.getMessage());
      if (Stream.of("--delimiter", "--input-format", "--no-header").anyMatch(message::contains)) {
        throw new InvalidInputException(
            message
                + " For the evaluation file these are --eval-delimiter, --eval-input-format and --[no-]eval-header.",
            e);
      }
      throw e;
    }
  }
}
