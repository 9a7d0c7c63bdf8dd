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
import org.simcse.core.io.InputFiles;
import org.simcse.core.table.FormatOptions;

/** Opens the files that a run's settings name. */
final class RunFiles {
  private RunFiles() {}

  /**
   * Requires the files to train and to evaluate on.
   *
   * @throws InvalidInputException naming all that do not exist
   */
  static void require(TrainingSettings config) {
    InputFiles.require(
        Stream.of(config.trainFile(), config.evalFile()).flatMap(Optional::stream).toList());
  }

  /**
   * Returns the file to train on.
   *
   * @throws InvalidInputException if none is named, or if its format and columns are inconsistent
   */
  static TrainingFile training(TrainingSettings config) {
    Path path =
        config
            .trainFile()
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "There is nothing to train on: name a file with the setting train-file."));
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

  /** Returns the source of a row's views. */
  static ViewSource viewSource(TrainingSettings config) {
    return ViewSource.of(Options.parse(config.views().orElse(ViewSource.TEXTS)));
  }

  /** Returns V, the number of texts of a row. */
  static int views(TrainingSettings config, TrainingFile file) {
    try (ExampleReader reader = file.open()) {
      return viewSource(config).views(reader.next(), 0, 0).size();
    }
  }

  /**
   * Returns the evaluation on the configured sets, which are read into memory.
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
      return ScoredPairs.read(path, options, columns);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          String.valueOf(e.getMessage())
              .replaceAll(
                  "the setting (columns|delimiter|input-format|header)", "the setting eval-$1"),
          e);
    }
  }
}
