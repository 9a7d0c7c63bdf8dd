package org.simcse.core.table;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.simcse.api.error.InvalidInputException;

/**
 * The columns of a table. Users select them by name or, if they are ordered, by number from 1;
 * programs by index from 0. Immutable.
 *
 * @since 0.1.0
 */
public final class Columns {
  private final String file;
  private final List<String> names;
  private final int size;
  private final boolean ordered;

  /**
   * Creates the columns of a table.
   *
   * @param file the name of the table in messages
   * @param names the names; empty if there are none
   * @param size the number of columns
   * @param ordered whether they have numbers; the fields of a JSON object have none
   */
  Columns(String file, List<String> names, int size, boolean ordered) {
    this.file = file;
    this.names = List.copyOf(names);
    this.size = size;
    this.ordered = ordered;
  }

  /** Returns the names; empty if the columns have none. */
  public List<String> names() {
    return names;
  }

  /** Returns the number of columns; 0 if the table is empty. */
  public int size() {
    return size;
  }

  /**
   * Returns the kinds of the columns, as their names indicate; all are unknown if there are no
   * names.
   */
  public List<ColumnKind> kinds() {
    return names.isEmpty()
        ? IntStream.range(0, size).mapToObj(i -> ColumnKind.UNKNOWN).toList()
        : ColumnKind.of(names);
  }

  /** Returns the name of a column for display: {@code column 3} if it has none. */
  public String shown(int index) {
    return names.isEmpty() || names.get(index).isEmpty()
        ? "column " + (index + 1)
        : names.get(index);
  }

  /**
   * Returns how a user selects a column: by its name if that is unambiguous, else by its number.
   */
  public String choice(int index) {
    boolean byName =
        !names.isEmpty()
            && !names.get(index).isBlank()
            && names.get(index).indexOf(',') < 0
            && names.indexOf(names.get(index)) == names.lastIndexOf(names.get(index));
    return byName || !ordered ? names.get(index) : Integer.toString(index + 1);
  }

  /** Returns a description of all columns for display: their names, or how many there are. */
  public String described() {
    return names.isEmpty()
        ? count(size)
        : "the columns " + IntStream.range(0, size).mapToObj(this::shown).toList();
  }

  /** Returns a number of columns in words: "1 column", "2 columns". */
  static String count(int size) {
    return size == 1 ? "1 column" : size + " columns";
  }

  /**
   * Finds a column. A name takes precedence over a number.
   *
   * @return its index, from 0
   * @throws InvalidInputException if there is no such column, or several have the name
   */
  public int find(String column) {
    int index = names.indexOf(column);
    if (index >= 0 && names.lastIndexOf(column) == index) {
      return index;
    }
    if (index >= 0) {
      throw new InvalidInputException(
          "%s has several columns '%s'; choose one by its number, from 1.".formatted(file, column));
    }
    Optional<Integer> number =
        ordered && column.matches("[1-9][0-9]{0,4}")
            ? Optional.of(Integer.valueOf(column))
            : Optional.empty();
    if (number.isPresent() && number.get() <= size) {
      return number.get() - 1;
    }
    throw new InvalidInputException(
        names.isEmpty() && number.isEmpty()
            ? "%s has no names of columns, so '%s' must be a number, from 1 to %d."
                .formatted(file, column, size)
            : "%s has no column '%s'; it has %s.".formatted(file, column, described()));
  }
}
