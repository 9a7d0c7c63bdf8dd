package org.simcse.core.evaluate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.evaluate.data.DataDirectory;
import org.simcse.core.table.TextFormat;
import org.simcse.core.table.TextFormat.Kind;
import org.simcse.core.table.TextTable;

/**
 * Reads the files of STS tasks: in SentEval's layout, or in that of the organizers, with a folder
 * per task.
 */
final class StsFiles {
  private final Path directory;
  private final StsProtocol protocol;
  private final boolean flat;

  StsFiles(Path directory, StsProtocol protocol) {
    this.directory = directory;
    this.protocol = protocol;
    this.flat =
        !Files.isDirectory(directory.resolve("STS"))
            && (Files.isDirectory(directory.resolve("STS12"))
                || Files.isDirectory(directory.resolve("STSBenchmark")));
  }

  /**
   * Validates that all files of the tasks exist.
   *
   * @throws InvalidInputException listing every file that does not
   */
  void requireAll(Collection<StsTask> tasks) {
    DataDirectory.requireFiles(directory, needed(tasks), "the tasks", "STS and SICK");
  }

  /** Returns the files of the tasks that do not exist, below the directory. */
  List<String> missing(Collection<StsTask> tasks) {
    return needed(tasks).stream()
        .filter(path -> !Files.isRegularFile(directory.resolve(path)))
        .toList();
  }

  private Set<String> needed(Collection<StsTask> tasks) {
    Set<String> needed = new TreeSet<>();
    for (StsTask task : tasks) {
      task.subsets().forEach(subset -> subset.files().forEach(file -> needed.add(path(file))));
    }
    return needed;
  }

  /**
   * Returns those of the two development sets of the reference that a directory contains.
   *
   * @throws InvalidInputException if it contains neither, or a row is malformed
   */
  static List<ScoredPairs> developmentSets(Path directory) {
    StsFiles files = new StsFiles(directory, StsProtocol.DEVELOPMENT);
    List<ScoredPairs> sets = new ArrayList<>();
    List<String> metrics = List.of(ScoredPairs.STSB, ScoredPairs.SICKR);
    for (int i = 0; i < metrics.size(); i++) {
      StsSubset dev = StsProtocol.DEVELOPMENT.tasks().get(i).subsets().get(0);
      if (Files.isRegularFile(files.paths(dev).get(0))) {
        sets.add(files.read(dev, metrics.get(i)));
      }
    }
    if (sets.isEmpty()) {
      throw new InvalidInputException(
          "%s has neither %s; give the directory of SentEval's data that holds STS and SICK (data/downstream)."
              .formatted(
                  directory,
                  StsProtocol.DEVELOPMENT.tasks().stream()
                      .map(task -> task.subsets().get(0).files().get(0).senteval())
                      .collect(Collectors.joining(" nor "))));
    }
    return List.copyOf(sets);
  }

  private List<Path> paths(StsSubset subset) {
    return subset.files().stream().map(file -> directory.resolve(path(file))).toList();
  }

  private String path(StsSubset.StsFile file) {
    return flat ? file.flat() : file.senteval();
  }

  /**
   * Reads a subset.
   *
   * @throws InvalidInputException if it has no scored pair, or a row is malformed; the message
   *     names the file and the line
   */
  ScoredPairs read(StsSubset subset, String metric) {
    List<Path> files = paths(subset);
    Pairs pairs = new Pairs(metric, files.get(0));
    switch (subset.form()) {
      case INPUT_AND_SCORES -> readInputAndScores(files.get(0), files.get(1), pairs);
      case STS_BENCHMARK -> readColumns(files.get(0), false, List.of(5, 6, 4), pairs);
      case SICK -> readColumns(files.get(0), true, List.of(1, 2, 3), pairs);
    }
    return pairs.build();
  }

  /**
   * Reads the columns of two texts and their score.
   *
   * @param mayHaveHeader whether a first line that does not begin with a number is skipped
   */
  private void readColumns(Path file, boolean mayHaveHeader, List<Integer> columns, Pairs pairs) {
    int width = columns.stream().max(Integer::compare).orElseThrow() + 1;
    try (TextTable lines = lines(file)) {
      while (lines.hasNext()) {
        TextTable.Row row = lines.next();
        String[] cells = cells(row);
        boolean header = mayHaveHeader && row.line() == 1 && !cells[0].matches("\\d+");
        if (!header && !row.text(0).isBlank()) {
          require(cells, width, file, row.line());
          pairs.add(
              cells[columns.get(0)],
              cells[columns.get(1)],
              cells[columns.get(2)],
              file,
              row.line());
        }
      }
    }
  }

  /** Reads pairs; those without a score were not judged, and are left out. */
  private void readInputAndScores(Path input, Path scores, Pairs pairs) {
    try (TextTable texts = lines(input);
        TextTable numbers = lines(scores)) {
      while (texts.hasNext() && numbers.hasNext()) {
        TextTable.Row row = texts.next();
        TextTable.Row number = numbers.next();
        if (!number.text(0).isBlank()) {
          String[] cells = cells(row);
          require(cells, 2, input, row.line());
          pairs.add(cells[0], cells[1], number.text(0), scores, number.line());
        }
      }
      if (texts.hasNext() || numbers.hasNext()) {
        throw new InvalidInputException(
            "%s has %s lines than %s; fetch both files again."
                .formatted(input, texts.hasNext() ? "more" : "fewer", scores));
      }
    }
  }

  private static TextTable lines(Path file) {
    return TextTable.open(file, TextFormat.of(Kind.TXT));
  }

  private static String[] cells(TextTable.Row row) {
    return row.text(0).split("\t", -1);
  }

  private static void require(String[] cells, int count, Path file, long line) {
    if (cells.length < count) {
      throw new InvalidInputException(
          "%s, line %d: %d tab-separated fields are needed, but the line has %d: %s."
              .formatted(
                  file,
                  line,
                  count,
                  cells.length,
                  Arrays.stream(cells)
                      .map(
                          cell ->
                              "'" + (cell.length() > 40 ? cell.substring(0, 40) + "…" : cell) + "'")
                      .collect(Collectors.joining(", "))));
    }
  }

  /** Collects pairs. */
  private final class Pairs {
    private final String metric;
    private final Path source;
    private final List<String> first = new ArrayList<>();
    private final List<String> second = new ArrayList<>();
    private final List<Double> scores = new ArrayList<>();

    Pairs(String metric, Path source) {
      this.metric = metric;
      this.source = source;
    }

    void add(String a, String b, String score, Path file, long line) {
      scores.add(ScoredPairsReader.score(score, file, line));
      first.add(protocol.text(a));
      second.add(protocol.text(b));
    }

    ScoredPairs build() {
      if (scores.isEmpty()) {
        throw new InvalidInputException(
            source + " has no scored pairs, so there is nothing to evaluate.");
      }
      double[] values = scores.stream().mapToDouble(Double::doubleValue).toArray();
      return new ScoredPairs(metric, source.toString(), first, second, values);
    }
  }
}
