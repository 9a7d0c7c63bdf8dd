package org.simcse.core.data;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.IntStream;
import org.simcse.api.error.InvalidInputException;
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
  private final List<String> names;
  private final List<Integer> places;
  private final int width;
  private Optional<TextTable.Row> pending = Optional.empty();
  private Optional<Example> next;
  private long dropped;

  ExampleReader(TextTable table, TrainingFile file) {
    this.table = table;
    this.file = file;
    List<String> header = table.header();
    if (header.isEmpty() && table.hasNext()) {
      pending = Optional.of(table.next());
    }
    width = pending.map(TextTable.Row::size).orElse(header.size());
    if (width == 0) {
      throw new InvalidInputException(
          table.hasNext() || pending.isPresent()
              ? file.path() + ", line 1: the row has no columns."
              : file.path() + " is empty, so there is nothing to train on.");
    }
    places =
        file.columns()
            .map(mapping -> mapping.places(header, file.path().toString()))
            .orElseGet(() -> IntStream.range(0, width).boxed().toList());
    names = places.stream().map(place -> name(header, place)).toList();
    next = read();
    if (next.isEmpty()) {
      throw new InvalidInputException(
          dropped > 0
              ? "%s: all %d rows have a blank text, so there is nothing to train on."
                  .formatted(file.path(), dropped)
              : file.path() + " has a header but no rows, so there is nothing to train on.");
    }
  }

  private static String name(List<String> header, int place) {
    return header.isEmpty() ? "column " + (place + 1) : header.get(place);
  }

  /** The names of the columns that become an example's texts, in the order of the texts. */
  public List<String> columns() {
    return names;
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
    while (pending.isPresent() || table.hasNext()) {
      TextTable.Row row = pending.orElseGet(table::next);
      pending = Optional.empty();
      if (isEmptyLine(row)) {
        continue;
      }
      check(row);
      Example example = new Example(places.stream().map(row::text).toList(), row.line());
      if (!file.dropBlank() || example.blankTexts() == 0) {
        return Optional.of(example);
      }
      dropped++;
    }
    return Optional.empty();
  }

  /** Between rows of several separated columns, and at the end, an empty line is no row. */
  private boolean isEmptyLine(TextTable.Row row) {
    return file.format().kind().separated()
        && width > 1
        && row.size() == 1
        && row.text(0).isEmpty();
  }

  private void check(TextTable.Row row) {
    boolean separated = file.format().kind().separated();
    // A JSON object may have fields that the mapping does not name, and that others lack.
    if (row.size() == width || (!separated && file.columns().isPresent())) {
      return;
    }
    throw new InvalidInputException(
        "%s, line %d: the row has %s, but the first row has %d.%s"
            .formatted(
                file.path(),
                row.line(),
                TextTable.columns(row.size()),
                width,
                file.format().kind() == TextFormat.Kind.CSV
                    ? " A text that contains the delimiter or a quote must stand in double quotes."
                    : ""));
  }

  @Override
  public void close() {
    table.close();
  }
}
