package org.simcse.core.evaluate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.table.TextFormat;
import org.simcse.core.table.TextTable;

/** Reads pairs of texts and their scores from a table of the user's. */
final class ScoredPairsReader {
  private ScoredPairsReader() {}

  static ScoredPairs read(Path file, TextFormat format, List<String> chosen) {
    List<String> first = new ArrayList<>();
    List<String> second = new ArrayList<>();
    List<Double> scores = new ArrayList<>();
    String source = file.toString();
    try (TextTable table = TextTable.open(file, format)) {
      if (table.hasNext()) {
        ScoreColumns columns = ScoreColumns.find(table.columns(), chosen, source);
        source += columns.described(table.columns());
        while (table.hasNext()) {
          TextTable.Row row = table.next();
          scores.add(score(row.text(columns.score()), file, row.line()));
          first.add(row.text(columns.first()));
          second.add(row.text(columns.second()));
        }
      }
    }
    if (scores.isEmpty()) {
      throw new InvalidInputException(file + " has no pairs, so there is nothing to evaluate.");
    }
    double[] values = scores.stream().mapToDouble(Double::doubleValue).toArray();
    return new ScoredPairs(ScoredPairs.FILE, source, first, second, values);
  }

  /**
   * Parses a score.
   *
   * @throws InvalidInputException if it is not a finite number; the message names file and line
   */
  static double score(String cell, Path file, long line) {
    String text = cell.strip();
    try {
      double score = Double.parseDouble(text);
      if (Double.isFinite(score)) {
        return score;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new InvalidInputException(
        "%s, line %d: the score '%s' is not a finite number.".formatted(file, line, text));
  }
}
