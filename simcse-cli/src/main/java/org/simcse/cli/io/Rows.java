package org.simcse.cli.io;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.table.ColumnKind;
import org.simcse.core.table.Columns;
import org.simcse.core.table.FormatOptions;
import org.simcse.core.table.TextFormat;
import org.simcse.core.table.TextFormat.Kind;
import org.simcse.core.table.TextTable;

/**
 * The chosen columns of a file of texts, one row at a time. A file that is not csv, tsv or jsonl
 * has one text per line, or two separated by a tab.
 */
public final class Rows implements Iterator<List<String>>, AutoCloseable {
  private final TextTable table;
  private final List<Integer> columns;

  private Rows(TextTable table, List<Integer> columns) {
    this.table = table;
    this.columns = columns;
  }

  /**
   * Opens a file, or standard input if there is none.
   *
   * @param columns names, or numbers from 1; one per text, or empty for the default columns
   * @param pairs whether a row has two texts
   */
  public static Rows open(
      Optional<Path> file, FormatOptions options, List<String> columns, boolean pairs) {
    return open(file, options, columns, pairs, pairs ? "--columns" : "--column");
  }

  /**
   * Opens a file, or standard input if there is none.
   *
   * @param columns names, or numbers from 1; one per text, or empty for the default columns
   * @param pairs whether a row has two texts
   * @param option the option that chooses columns, for messages
   */
  public static Rows open(
      Optional<Path> file,
      FormatOptions options,
      List<String> columns,
      boolean pairs,
      String option) {
    String name = file.map(Path::toString).orElse("standard input");
    TextFormat plain = pairs ? TextFormat.of(Kind.TSV).withoutHeader() : TextFormat.of(Kind.TXT);
    TextFormat format = options.of(file, plain);
    TextTable table =
        file.isPresent()
            ? TextTable.open(file.get(), format)
            : TextTable.read(System.in, name, format);
    try {
      return new Rows(table, indices(table.columns(), columns, pairs, name, option));
    } catch (InvalidInputException e) {
      table.close();
      throw e;
    }
  }

  private static List<Integer> indices(
      Columns columns, List<String> chosen, boolean pairs, String name, String option) {
    if (columns.size() == 0) {
      return List.of(); // there are no rows
    } else if (!chosen.isEmpty()) {
      return chosen.stream().map(columns::find).toList();
    }
    return pairs ? pair(columns, name, option) : List.of(text(columns, name, option));
  }

  private static List<Integer> pair(Columns columns, String name, String option) {
    if (columns.size() == 2) {
      return List.of(0, 1);
    }
    throw new InvalidInputException(
        columns.size() == 1
            ? "%s has %s, but two texts per row are needed. If something else separates the columns of csv or tsv, name it with --delimiter."
                .formatted(name, columns.described())
            : "%s has %s; choose two with %s A,B.".formatted(name, columns.described(), option));
  }

  /** Returns the only column that may be a text, or the one of this name. */
  private static int text(Columns columns, String name, String option) {
    List<ColumnKind> kinds = columns.kinds();
    List<Integer> texts =
        IntStream.range(0, columns.size()).filter(i -> kinds.get(i).mayBeText()).boxed().toList();
    if (columns.size() == 1 || texts.size() == 1) {
      return texts.stream().findFirst().orElse(0);
    }
    return columns.names().stream()
        .filter(column -> column.equals("text") || column.equals("sentence"))
        .findFirst()
        .map(columns::find)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "%s has %s; choose one with %s.".formatted(name, columns.described(), option)));
  }

  /** Returns warnings about how the input is read, in sentences. */
  public List<String> warnings() {
    return table.warnings();
  }

  @Override
  public boolean hasNext() {
    return table.hasNext();
  }

  @Override
  public List<String> next() {
    TextTable.Row row = table.next();
    return columns.stream().map(row::text).toList();
  }

  @Override
  public void close() {
    table.close();
  }
}
