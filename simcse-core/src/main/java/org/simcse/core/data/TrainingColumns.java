package org.simcse.core.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.simcse.api.Column;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.table.ColumnKind;
import org.simcse.core.table.Columns;
import org.simcse.core.table.TextTable;

/**
 * The columns of a table that form its examples.
 *
 * @param indices anchor, positive, hard negatives; an anchor alone is its own positive
 * @param values the columns that the loss reads beside them
 * @param warning how they were chosen, if the choice may differ from the user's intention
 */
record TrainingColumns(List<Integer> indices, RowValues values, Optional<String> warning) {
  /**
   * Anchor, positive, hard negative: the maximal number of unknown columns that are assigned by
   * order.
   */
  private static final int IN_ORDER = 3;

  /**
   * Chooses the columns that a user names, or those implied by the table's column names.
   *
   * @param file the name of the table in messages
   * @throws InvalidInputException if a column is missing, or if the roles are ambiguous
   */
  static TrainingColumns of(
      TextTable table, Optional<ColumnMapping> mapping, List<Column> read, String file) {
    Map<String, String> named = mapping.map(ColumnMapping::values).orElse(Map.of());
    RowValues values = RowValues.of(file, table.columns(), read, named);
    return mapping
        .filter(given -> given.anchor().isPresent())
        .map(given -> new TrainingColumns(given.in(table.columns()), values, Optional.empty()))
        .orElseGet(() -> new Search(table, file, values).run());
  }

  /** Chooses columns by their names. */
  private static final class Search {
    private final TextTable table;
    private final Columns columns;
    private final String file;
    private final RowValues values;
    private final List<ColumnKind> kinds;
    private final List<Integer> texts;

    Search(TextTable table, String file, RowValues values) {
      this.table = table;
      this.columns = table.columns();
      this.file = file;
      this.values = values;
      kinds = columns.kinds();
      texts =
          IntStream.range(0, columns.size())
              .filter(i -> kinds.get(i).mayBeText() && !values.indices().contains(i))
              .boxed()
              .toList();
    }

    TrainingColumns run() {
      if (texts.isEmpty()) {
        throw unclear("no name is one of a text");
      }
      boolean unnamed = texts.stream().allMatch(i -> kinds.get(i) == ColumnKind.UNKNOWN);
      TrainingColumns found = unnamed ? inOrder() : byName();
      Optional<Integer> scored = first(ColumnKind.LABEL).or(() -> first(ColumnKind.SCORE));
      boolean positives =
          found.indices().size() == 1 || kinds.get(found.indices().get(1)) == ColumnKind.POSITIVE;
      if (scored.isPresent() && !positives) {
        throw new InvalidInputException(
            "%s has a column '%s', but the loss of this head does not read it: it takes the two texts of every row as similar. If they all are, choose them with the setting columns, as in %s; if not, keep only the rows with similar texts."
                .formatted(file, columns.shown(scored.get()), choice(found.indices())));
      }
      return found;
    }

    /**
     * Returns columns whose names are all known: an anchor, optionally its positive, optionally
     * negatives.
     */
    private TrainingColumns byName() {
      List<Integer> anchors = all(ColumnKind.ANCHOR);
      List<Integer> positives =
          texts.stream()
              .filter(i -> kinds.get(i) == ColumnKind.POSITIVE || kinds.get(i) == ColumnKind.SECOND)
              .toList();
      List<Integer> negatives = all(ColumnKind.NEGATIVE);
      List<Integer> unknown = all(ColumnKind.UNKNOWN);
      if (!unknown.isEmpty()) {
        throw unclear("the name of " + columns.shown(unknown.get(0)) + " is not a known one");
      } else if (anchors.size() != 1) {
        throw unclear("%d of them may be the anchor".formatted(anchors.size()));
      } else if (positives.size() > 1) {
        throw unclear("%d of them may be the positive".formatted(positives.size()));
      } else if (positives.isEmpty() && !negatives.isEmpty()) {
        throw unclear("none of them is the positive");
      }
      return new TrainingColumns(
          Stream.of(anchors, positives, negatives).flatMap(List::stream).toList(),
          values,
          Optional.empty());
    }

    /** Returns columns without known names, in order, as in the reference. */
    private TrainingColumns inOrder() {
      if (texts.size() > IN_ORDER) {
        throw unclear(
            columns.names().isEmpty() ? "they have no names" : "their names are not known ones");
      }
      for (int index : texts) {
        if (columns.size() > 1 && numbers(index)) {
          throw unclear(columns.shown(index) + " holds numbers");
        }
      }
      return new TrainingColumns(
          texts,
          values,
          columns.names().isEmpty() || texts.size() == 1
              ? Optional.empty()
              : Optional.of(
                  "The column names are not known ones, so the columns are taken in their order: %s. Choose others with the setting columns."
                      .formatted(texts.stream().map(columns::shown).toList())));
    }

    private boolean numbers(int index) {
      List<String> cells =
          table.peek().stream()
              .map(row -> row.text(index).strip())
              .filter(text -> !text.isEmpty())
              .toList();
      return !cells.isEmpty() && cells.stream().allMatch(Search::number);
    }

    private static boolean number(String text) {
      return text.matches("[-+]?[0-9]*[.,]?[0-9]+([eE][-+]?[0-9]+)?");
    }

    private List<Integer> all(ColumnKind kind) {
      return texts.stream().filter(i -> kinds.get(i) == kind).toList();
    }

    private Optional<Integer> first(ColumnKind kind) {
      int index = kinds.indexOf(kind);
      return index < 0 || values.indices().contains(index) ? Optional.empty() : Optional.of(index);
    }

    private InvalidInputException unclear(String why) {
      return new InvalidInputException(
          "%s has %s, and it is not clear which of them are anchor, positive and hard negatives: %s. Choose them with the setting columns, as in %s."
              .formatted(file, columns.described(), why, choice(guess())));
    }

    /** Returns a likely choice: the known columns before the others. */
    private List<Integer> guess() {
      List<Integer> guess = new ArrayList<>();
      for (ColumnKind kind :
          List.of(ColumnKind.ANCHOR, ColumnKind.SECOND, ColumnKind.POSITIVE, ColumnKind.UNKNOWN)) {
        guess.addAll(all(kind));
      }
      List<Integer> two =
          guess.isEmpty() ? List.of(0) : guess.subList(0, Math.min(2, guess.size()));
      List<Integer> negatives = two.size() == 2 ? all(ColumnKind.NEGATIVE) : List.of();
      return Stream.of(two, negatives).flatMap(List::stream).toList();
    }

    private String choice(List<Integer> indices) {
      return IntStream.range(0, indices.size())
          .mapToObj(
              i ->
                  (i == 0 ? "anchor=" : i == 1 ? "positive=" : "negative=")
                      + columns.choice(indices.get(i)))
          .collect(Collectors.joining(","));
    }
  }
}
