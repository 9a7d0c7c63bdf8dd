package org.simcse.core.data;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.table.Columns;
import org.simcse.core.table.TextFormat;
import org.simcse.core.table.TextTable;

/**
 * The examples of a training file, in its order.
 *
 * <p>A row that is damaged, or that has another number of columns than the first, is an {@link
 * InvalidInputException} that names the file and the line. Not safe for use by several threads.
 */
public final class ExampleReader implements Iterator<Example>, AutoCloseable {
  private final TextTable table;
  private final TrainingFile file;
  private final TrainingColumns chosen;
  private Optional<Example> next;
  private long dropped;

  ExampleReader(TextTable table, TrainingFile file) {
    this.table = table;
    this.file = file;
    if (table.columns().size() == 0) {
      throw new InvalidInputException(
          table.hasNext()
              ? file.path() + ", line 1: the row has no columns."
              : file.path() + " is empty, so there is nothing to train on.");
    }
    chosen = TrainingColumns.of(table, file.columns(), file.read(), file.path().toString());
    next = read();
    if (next.isEmpty()) {
      throw new InvalidInputException(
          dropped > 0
              ? "%s: all %d rows have a blank text, so there is nothing to train on."
                  .formatted(file.path(), dropped)
              : file.path() + " has a header but no rows, so there is nothing to train on.");
    }
  }

  /** The names of the columns that become an example's texts, in the order of the texts. */
  public List<String> columns() {
    return chosen.indices().stream().map(table.columns()::shown).toList();
  }

  /** The names of the columns that the loss reads, in its order. */
  public List<String> valueColumns() {
    return chosen.values().indices().stream().map(table.columns()::shown).toList();
  }

  /** The names of the columns that are not used. */
  public List<String> unusedColumns() {
    return IntStream.range(0, table.columns().size())
        .filter(index -> !chosen.indices().contains(index))
        .filter(index -> !chosen.values().indices().contains(index))
        .mapToObj(table.columns()::shown)
        .toList();
  }

  /** What a user should know of how the file was read, in sentences. */
  public List<String> warnings() {
    return Stream.concat(table.warnings().stream(), chosen.warning().stream()).toList();
  }

  /** How many rows were left out so far because a text in them is blank. */
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
      if (!file.dropBlank() || example.blankTexts() == 0) {
        return Optional.of(example);
      }
      dropped++;
    }
    return Optional.empty();
  }

  /** A field that only later objects have may be a hard negative, unless the user names all. */
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

  @Override
  public void close() {
    table.close();
  }
}
