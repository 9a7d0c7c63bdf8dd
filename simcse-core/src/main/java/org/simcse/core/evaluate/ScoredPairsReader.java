package org.simcse.core.evaluate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.table.Columns;
import org.simcse.core.table.TextFormat;
import org.simcse.core.table.TextTable;

/** Reads pairs of texts and their scores from a table. */
final class ScoredPairsReader {
  private ScoredPairsReader() {}

  static ScoredPairs read(
      Path file,
      TextFormat format,
      String metric,
      Function<Columns, ScoreColumns> find,
      UnaryOperator<String> normalize) {
    List<String> first = new ArrayList<>();
    List<String> second = new ArrayList<>();
    List<Double> scores = new ArrayList<>();
    String source = file.toString();
    try (TextTable table = TextTable.open(file, format)) {
      if (table.hasNext()) {
        ScoreColumns columns = find.apply(table.columns());
        source += columns.described(table.columns());
        while (table.hasNext()) {
          TextTable.Row row = table.next();
          scores.add(score(row, columns.score(), file));
          first.add(normalize.apply(row.text(columns.first())));
          second.add(normalize.apply(row.text(columns.second())));
        }
      }
    }
    if (scores.isEmpty()) {
      throw new InvalidInputException(file + " has no pairs, so there is nothing to evaluate.");
    }
    double[] values = scores.stream().mapToDouble(Double::doubleValue).toArray();
    return new ScoredPairs(metric, source, first, second, values);
  }

  private static double score(TextTable.Row row, int column, Path file) {
    String text = row.text(column).strip();
    try {
      double score = Double.parseDouble(text);
      if (Double.isFinite(score)) {
        return score;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new InvalidInputException(
        "%s, line %d: the score '%s' is not a finite number.".formatted(file, row.line(), text));
  }
}
