package org.simcse.core.data;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.simcse.api.Column;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.table.Columns;
import org.simcse.core.table.TextFormat;
import org.simcse.core.table.TextTable;

/**
 * Iterates over the examples of a training file, in file order.
 *
 * <p>A row that is malformed, or whose number of columns differs from the first row's, is an {@link
 * InvalidInputException} with the file and the line. Not thread-safe.
 */
public final class ExampleReader implements Iterator<Example>, AutoCloseable {
  private final TextTable table;
  private final TrainingFile file;
  private final TrainingColumns chosen;
  private Optional<Example> next;
  private List<Integer> widths = List.of();
  private long dropped;

  ExampleReader(TextTable table, TrainingFile file) {
    this.table = table;
    this.file = file;
    if (table.columns().size() == 0) {
      throw new InvalidInputException(
          table.hasNext()
              ? file.path() + ", line 1: the row has no columns."
              : file.path() + " is empty, so there are no rows.");
    }
    chosen = TrainingColumns.of(table, file.columns(), file.read(), file.path().toString());
    next = read();
    if (next.isEmpty()) {
      throw new InvalidInputException(
          dropped > 0
              ? "%s: all %d rows have a blank text, so there is nothing to train on."
                  .formatted(file.path(), dropped)
              : file.path() + " has a header but no rows.");
    }
  }

  /** Returns the names of the columns of an example's texts, in the order of the texts. */
  public List<String> columns() {
    return chosen.indices().stream().map(table.columns()::shown).toList();
  }

  /** Returns the names of the columns that the loss reads, in its order. */
  public List<String> valueColumns() {
    return chosen.values().indices().stream().map(table.columns()::shown).toList();
  }

  /** Returns the names of the unused columns. */
  public List<String> unusedColumns() {
    return IntStream.range(0, table.columns().size())
        .filter(index -> !chosen.indices().contains(index))
        .filter(index -> !chosen.values().indices().contains(index))
        .mapToObj(table.columns()::shown)
        .toList();
  }

  /** Returns warnings on how the file was read, as sentences. */
  public List<String> warnings() {
    return Stream.concat(table.warnings().stream(), chosen.warning().stream()).toList();
  }

  /** Returns the number of rows dropped so far because of a blank text. */
  public long dropped() {
    return dropped;
  }

  @Override
  public boolean hasNext() {
    return next.isPresent();
  }

  @Override
  public Example next() {
    Example example = next.orElseThrow(NoSuchElementException::new);
    next = read();
    return example;
  }

  private Optional<Example> read() {
    while (table.hasNext()) {
      TextTable.Row row = table.next();
      requireSameFields(row);
      List<String> texts = chosen.indices().stream().map(row::text).toList();
      Example example = new Example(texts, chosen.values().of(row), row.line());
      requireSameWidths(example);
      if (!file.dropBlank() || example.blankTexts() == 0) {
        return Optional.of(example);
      }
      dropped++;
    }
    return Optional.empty();
  }

  /**
   * Rejects a field that only later objects have: it may be a hard negative, unless the user names
   * all columns.
   */
  private void requireSameFields(TextTable.Row row) {
    Columns columns = table.columns();
    if (file.format().kind() == TextFormat.Kind.JSONL
        && file.columns().isEmpty()
        && row.size() != columns.size()) {
      throw new InvalidInputException(
          "%s, line %d: the number of fields is %d, but it is %d in the first object: %s. Choose the fields to use with the setting columns."
              .formatted(file.path(), row.line(), row.size(), columns.size(), columns.names()));
    }
  }

  /** Rejects a vector that is not as long as that of the first row, or as one of its width. */
  private void requireSameWidths(Example example) {
    List<Integer> own = example.values().stream().map(List::size).toList();
    widths = widths.isEmpty() ? own : widths;
    List<String> names = file.read().stream().map(Column::width).toList();
    for (int i = 0; i < own.size(); i++) {
      int same = names.indexOf(names.get(i));
      if (!own.get(i).equals(widths.get(i))) {
        throw width(example, i, own.get(i), widths.get(i) + " in the first row");
      } else if (!own.get(i).equals(own.get(same))) {
        String other =
            "%d in the column '%s'".formatted(own.get(same), file.read().get(same).name());
        throw width(example, i, own.get(i), other);
      }
    }
  }

  private InvalidInputException width(Example example, int column, int width, String other) {
    return new InvalidInputException(
        "%s, line %d: the column '%s' has %d numbers, but %s; all vectors must be of one model."
            .formatted(file.path(), example.line(), file.read().get(column).name(), width, other));
  }

  @Override
  public void close() {
    table.close();
  }
}
