package org.simcse.core.evaluate;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.table.ColumnKind;
import org.simcse.core.table.Columns;

/**
 * The columns of a row's two texts and its score, as indices from 0.
 *
 * @param first the column of the first text
 * @param second the column of the second text
 * @param score the column of the score
 */
record ScoreColumns(int first, int second, int score) {
  /**
   * Finds three columns by name or number, or, if none are given, by their usual names or order.
   *
   * @param file what messages call the table
   * @throws InvalidInputException if a column is missing, or if the choice is ambiguous
   */
  static ScoreColumns find(Columns columns, List<String> chosen, String file) {
    if (chosen.isEmpty()) {
      return byName(columns).or(() -> inOrder(columns)).orElseThrow(() -> unclear(columns, file));
    }
    if (chosen.size() != 3) {
      throw new InvalidInputException(
          "The columns %s are %d, but three are needed: those of two texts and of their score."
              .formatted(chosen, chosen.size()));
    }
    List<Integer> indices = chosen.stream().map(columns::find).toList();
    if (indices.stream().distinct().count() < 3) {
      throw new InvalidInputException(
          "The columns %s name one column twice; the two texts and the score need their own."
              .formatted(chosen));
    }
    return new ScoreColumns(indices.get(0), indices.get(1), indices.get(2));
  }

  private static Optional<ScoreColumns> byName(Columns columns) {
    Optional<Integer> first = only(columns, ColumnKind.ANCHOR);
    Optional<Integer> second =
        only(columns, ColumnKind.SECOND).or(() -> only(columns, ColumnKind.POSITIVE));
    Optional<Integer> score = only(columns, ColumnKind.SCORE);
    return first.isPresent() && second.isPresent() && score.isPresent()
        ? Optional.of(new ScoreColumns(first.get(), second.get(), score.get()))
        : Optional.empty();
  }

  private static Optional<Integer> only(Columns columns, ColumnKind kind) {
    List<Integer> found =
        IntStream.range(0, columns.size())
            .filter(i -> columns.kinds().get(i) == kind)
            .boxed()
            .toList();
    return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
  }

  /**
   * Returns two texts and a score, if their names are known. A label is not a score: 0 may mean
   * equal.
   */
  private static Optional<ScoreColumns> inOrder(Columns columns) {
    List<ColumnKind> kinds = columns.kinds();
    return kinds.size() == 3
            && kinds.get(0).mayBeText()
            && kinds.get(1).mayBeText()
            && (kinds.get(2) == ColumnKind.SCORE || kinds.get(2) == ColumnKind.UNKNOWN)
        ? Optional.of(new ScoreColumns(0, 1, 2))
        : Optional.empty();
  }

  /** Returns a description for display: {@code " (text1, text2; score)"}. */
  String described(Columns columns) {
    return " (%s, %s; %s)"
        .formatted(columns.shown(first), columns.shown(second), columns.shown(score));
  }

  private static InvalidInputException unclear(Columns columns, String file) {
    Optional<Integer> label = only(columns, ColumnKind.LABEL);
    return new InvalidInputException(
        "%s has %s, and it is not clear which of them are two texts and their score%s. Choose them with the setting columns, as in %s."
            .formatted(
                file,
                columns.described(),
                label
                    .map(
                        index ->
                            ": %s may be a class, and is a score only if a higher one means more similar texts"
                                .formatted(columns.shown(index)))
                    .orElse(""),
                example(columns, label)));
  }

  private static String example(Columns columns, Optional<Integer> label) {
    List<Integer> texts =
        IntStream.range(0, columns.size())
            .filter(i -> columns.kinds().get(i).mayBeText())
            .boxed()
            .toList();
    Optional<Integer> score = only(columns, ColumnKind.SCORE).or(() -> label);
    return texts.size() >= 2 && score.isPresent()
        ? String.join(
            ",",
            columns.choice(texts.get(0)),
            columns.choice(texts.get(1)),
            columns.choice(score.get()))
        : "text1,text2,score";
  }
}
