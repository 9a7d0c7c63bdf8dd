package org.simcse.core.evaluate;

import java.util.List;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.table.TextTable;

/**
 * Where a row's two texts and its score stand.
 *
 * @param first the place of the first text, from 0
 * @param second the place of the second text
 * @param score the place of the score
 */
record ScoreColumns(int first, int second, int score) {
  private static final List<String> USUAL = List.of("sentence1", "sentence2", "score");

  /** Finds three columns by name or number, or the obvious ones if none are named. */
  static ScoreColumns find(TextTable table, List<String> columns, String file) {
    List<String> header = table.header();
    if (columns.isEmpty()) {
      if (header.containsAll(USUAL)) {
        return find(table, USUAL, file);
      }
      if (header.isEmpty() || header.size() == 3) {
        return new ScoreColumns(0, 1, 2);
      }
      throw new InvalidInputException(
          "%s has the columns %s; name those of the two texts and of the score."
              .formatted(file, header));
    }
    if (columns.size() != 3) {
      throw new InvalidInputException(
          "The columns %s are %d, but three are wanted: those of two texts and of their score."
              .formatted(columns, columns.size()));
    }
    List<Integer> places = columns.stream().map(column -> place(header, column, file)).toList();
    return new ScoreColumns(places.get(0), places.get(1), places.get(2));
  }

  private static int place(List<String> header, String column, String file) {
    int byName = header.indexOf(column);
    if (byName >= 0) {
      return byName;
    }
    boolean number = column.matches("[1-9][0-9]{0,4}");
    if (number && (header.isEmpty() || Integer.parseInt(column) <= header.size())) {
      return Integer.parseInt(column) - 1;
    }
    throw new InvalidInputException(
        header.isEmpty()
            ? "%s has no names of columns, so '%s' must be a number.".formatted(file, column)
            : "%s has no column '%s'; it has %s.".formatted(file, column, header));
  }
}
