package org.simcse.core.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.simcse.api.Column;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.table.Columns;

/**
 * Maps the columns of a file to their roles; each is given by its name or by its number from 1.
 *
 * @param anchor the anchor's column; if empty, the texts are found by their names
 * @param positive the positive's column; if empty, the anchor is its own positive
 * @param negatives the columns of the hard negatives
 * @param values the columns that the loss reads, by the loss's name for them
 */
public record ColumnMapping(
    Optional<String> anchor,
    Optional<String> positive,
    List<String> negatives,
    Map<String, String> values) {
  /**
   * Validates that no column is used for two texts.
   *
   * @throws InvalidInputException if one is, or if there are negatives without a positive or a
   *     positive without an anchor
   */
  public ColumnMapping {
    negatives = List.copyOf(negatives);
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    if (positive.isEmpty() && !negatives.isEmpty()) {
      throw new InvalidInputException(
          "The columns name a hard negative, '%s', but no positive; add positive=COLUMN."
              .formatted(negatives.get(0)));
    }
    if (anchor.isEmpty() && positive.isPresent()) {
      throw new InvalidInputException(
          "The columns name a positive, '%s', but no anchor; add anchor=COLUMN."
              .formatted(positive.get()));
    }
    List<String> names = names(anchor, positive, negatives);
    requireDifferent(names, names);
  }

  /**
   * Reads {@code anchor=A,positive=B,negative=C,score=D}, where {@code negative} may be repeated,
   * and {@code score} stands for any column that a loss reads beside the texts. A column is given
   * by its name, or by its number from 1.
   *
   * @throws InvalidInputException if the text does not have this form
   */
  public static ColumnMapping parse(String text) {
    List<String> anchors = new ArrayList<>();
    List<String> positives = new ArrayList<>();
    List<String> negatives = new ArrayList<>();
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      String column = part.substring(equals + 1).strip();
      String role = equals < 0 ? "" : part.substring(0, equals).strip();
      if (column.isEmpty() || !Column.isName(role)) {
        throw malformed(part, text);
      }
      List<String> columns =
          switch (role) {
            case "anchor" -> anchors;
            case "positive" -> positives;
            case "negative" -> negatives;
            default -> values.computeIfAbsent(role, none -> new ArrayList<>());
          };
      columns.add(column);
    }
    if (anchors.size() > 1 || positives.size() > 1) {
      throw new InvalidInputException(
          "The columns '%s' name %d anchors and %d positives; name one anchor and at most one positive."
              .formatted(text, anchors.size(), positives.size()));
    }
    Map<String, String> single = new LinkedHashMap<>();
    values.forEach(
        (role, columns) -> {
          if (columns.size() > 1) {
            throw new InvalidInputException(
                "The columns '%s' name '%s' twice.".formatted(text, role));
          }
          single.put(role, columns.get(0));
        });
    return new ColumnMapping(
        anchors.stream().findFirst(), positives.stream().findFirst(), negatives, single);
  }

  private static InvalidInputException malformed(String part, String text) {
    return new InvalidInputException(
        "'%s' in the columns '%s' is not anchor=COLUMN, positive=COLUMN, negative=COLUMN, or NAME=COLUMN for something that the loss reads, such as score."
            .formatted(part, text));
  }

  /**
   * Returns the names of the texts' columns: anchor, positive, negatives; empty if they are to be
   * found.
   */
  public List<String> names() {
    return names(anchor, positive, negatives);
  }

  private static List<String> names(
      Optional<String> anchor, Optional<String> positive, List<String> negatives) {
    List<String> names = new ArrayList<>();
    anchor.ifPresent(names::add);
    positive.ifPresent(names::add);
    names.addAll(negatives);
    return List.copyOf(names);
  }

  /**
   * Returns the indices of the columns in a table: anchor, positive, negatives.
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
