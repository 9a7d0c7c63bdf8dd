package org.simcse.core.data;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.table.Columns;

/**
 * Which columns of a file are what, each by its name or by its number from 1.
 *
 * @param anchor the anchor's column
 * @param positive the positive's column; if there is none, the anchor is its own positive
 * @param negatives the columns of the hard negatives
 */
public record ColumnMapping(String anchor, Optional<String> positive, List<String> negatives) {
  /**
   * Checks that no column is named twice.
   *
   * @throws InvalidInputException if one is, or if there are negatives without a positive
   */
  public ColumnMapping {
    negatives = List.copyOf(negatives);
    if (positive.isEmpty() && !negatives.isEmpty()) {
      throw new InvalidInputException(
          "The columns name a hard negative, '%s', but no positive; add positive=COLUMN."
              .formatted(negatives.get(0)));
    }
    List<String> names = names(anchor, positive, negatives);
    requireDifferent(names, names);
  }

  /**
   * Reads {@code anchor=A,positive=B,negative=C}, of which {@code negative} may come several times.
   * A column is given by its name, or by its number from 1.
   *
   * @throws InvalidInputException if the text has another form
   */
  public static ColumnMapping parse(String text) {
    List<String> anchors = new ArrayList<>();
    List<String> positives = new ArrayList<>();
    List<String> negatives = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      String column = part.substring(equals + 1).strip();
      List<String> columns =
          switch (equals < 0 || column.isEmpty() ? "" : part.substring(0, equals).strip()) {
            case "anchor" -> anchors;
            case "positive" -> positives;
            case "negative" -> negatives;
            default -> throw malformed(part, text);
          };
      columns.add(column);
    }
    if (anchors.size() != 1 || positives.size() > 1) {
      throw new InvalidInputException(
          "The columns '%s' name %d anchors and %d positives; name one anchor and at most one positive."
              .formatted(text, anchors.size(), positives.size()));
    }
    return new ColumnMapping(anchors.get(0), positives.stream().findFirst(), negatives);
  }

  private static InvalidInputException malformed(String part, String text) {
    return new InvalidInputException(
        "'%s' in the columns '%s' is not anchor=COLUMN, positive=COLUMN or negative=COLUMN."
            .formatted(part, text));
  }

  /** The columns' names: anchor, positive, negatives. */
  public List<String> names() {
    return names(anchor, positive, negatives);
  }

  private static List<String> names(
      String anchor, Optional<String> positive, List<String> negatives) {
    List<String> names = new ArrayList<>(List.of(anchor));
    positive.ifPresent(names::add);
    names.addAll(negatives);
    return List.copyOf(names);
  }

  /**
   * The indices of the columns in a table: anchor, positive, negatives.
   *
   * @throws InvalidInputException if the table lacks one of them, or two are the same
   */
  List<Integer> in(Columns columns) {
    List<Integer> indices = names().stream().map(columns::find).toList();
    requireDifferent(indices, names());
    return indices;
  }

  private static void requireDifferent(List<?> columns, List<String> names) {
    if (new HashSet<>(columns).size() < columns.size()) {
      throw new InvalidInputException(
          "The columns %s name one column twice; every role needs its own.".formatted(names));
    }
  }
}
