package org.simcse.core.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.simcse.api.Column;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.io.Sha256;
import org.simcse.core.table.ColumnKind;
import org.simcse.core.table.Columns;
import org.simcse.core.table.TextTable;

/**
 * The columns of a table that a loss reads beside the texts, and their conversion to numbers.
 *
 * @param file the name of the table in messages
 * @param wanted the columns that the loss reads
 * @param indices the table's columns, in the same order
 */
record RowValues(String file, List<Column> wanted, List<Integer> indices) {
  /** The number of bits of a label's hash: an integer that {@code double} represents exactly. */
  private static final int LABEL_BITS = 48;

  /**
   * Finds the columns: those that a user names, or those with matching names.
   *
   * @param named the user's choices, by the loss's name for them
   * @throws InvalidInputException if a column is missing, or the loss does not read a named one
   */
  static RowValues of(
      String file, Columns columns, List<Column> wanted, Map<String, String> named) {
    List<String> names = wanted.stream().map(Column::name).toList();
    for (String role : named.keySet()) {
      if (!names.contains(role)) {
        throw new InvalidInputException(
            "The columns name '%s', which is not anchor, positive or negative, and the loss reads %s. Leave it out, or choose another loss with the setting head."
                .formatted(
                    role, names.isEmpty() ? "texts only" : "only " + names + " beside them"));
      }
    }
    List<Integer> indices = new ArrayList<>();
    for (Column column : wanted) {
      indices.add(
          Optional.ofNullable(named.get(column.name()))
              .map(columns::find)
              .or(() -> byName(columns, column))
              .orElseThrow(() -> missing(file, columns, column)));
    }
    return new RowValues(file, wanted, indices);
  }

  private static Optional<Integer> byName(Columns columns, Column wanted) {
    List<Integer> same =
        IntStream.range(0, columns.names().size())
            .filter(i -> columns.names().get(i).strip().equalsIgnoreCase(wanted.name()))
            .boxed()
            .toList();
    if (same.isEmpty() && wanted.equals(Column.SCORE)) {
      List<ColumnKind> kinds = columns.kinds();
      same =
          IntStream.range(0, kinds.size())
              .filter(i -> kinds.get(i) == ColumnKind.SCORE)
              .boxed()
              .toList();
    }
    return same.size() == 1 ? Optional.of(same.get(0)) : Optional.empty();
  }

  private static InvalidInputException missing(String file, Columns columns, Column column) {
    return new InvalidInputException(
        "The loss reads the column '%s' of every row, but %s has %s. Say which it is with the setting columns, as in %s=COLUMN."
            .formatted(column.name(), file, columns.described(), column.name()));
  }

  /**
   * Returns the values of a row: a number or the numbers of a vector unchanged, a label as the
   * first {@value #LABEL_BITS} bits of its SHA-256. Among a million distinct labels, a collision
   * has a probability of 0.2 %.
   *
   * @throws InvalidInputException naming the line, if one is blank or not a finite number
   */
  List<List<Double>> of(TextTable.Row row) {
    List<List<Double>> values = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      Column column = wanted.get(i);
      values.add(
          column.kind() == Column.Kind.VECTOR
              ? vector(row, column, indices.get(i))
              : List.of(single(row, column, row.text(indices.get(i)).strip())));
    }
    return values;
  }

  private double single(TextTable.Row row, Column column, String text) {
    boolean label = column.kind() == Column.Kind.LABEL;
    double value = label ? label(text) : number(text);
    if (text.isEmpty() || !Double.isFinite(value)) {
      throw new InvalidInputException(
          "%s, line %d: the column '%s' must be %s, but it is '%s'."
              .formatted(
                  file, row.line(), column.name(), label ? "a label" : "a finite number", text));
    }
    return value;
  }

  private List<Double> vector(TextTable.Row row, Column column, int index) {
    List<Double> numbers = new ArrayList<>();
    for (String text : row.elements(index)) {
      double number = (float) number(text); // what the step computes with
      if (!Double.isFinite(number)) {
        throw new InvalidInputException(
            "%s, line %d: the column '%s' must be finite numbers, in JSON a list and else with spaces between them, but its number %d is '%s'."
                .formatted(file, row.line(), column.name(), numbers.size() + 1, text));
      }
      numbers.add(number);
    }
    return numbers;
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private static double label(String text) {
    byte[] hash = Sha256.digest().digest(text.getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.wrap(hash).getLong() >>> (Long.SIZE - LABEL_BITS);
  }
}
