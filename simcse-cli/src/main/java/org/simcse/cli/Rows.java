package org.simcse.cli;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.table.TextFormat;
import org.simcse.core.table.TextFormat.Kind;
import org.simcse.core.table.TextTable;

/**
 * The wanted columns of a file of texts, a row at a time: {@code .csv} and {@code .tsv} with a
 * header, {@code .jsonl}, and anything else as one text a line.
 */
final class Rows implements Iterator<List<String>>, AutoCloseable {
  private final TextTable table;
  private final String name;
  private final List<Integer> places;

  private Rows(TextTable table, String name, List<Integer> places) {
    this.table = table;
    this.name = name;
    this.places = places;
  }

  /**
   * Opens a file, or standard input if there is none.
   *
   * @param columns names, or numbers from 1; as many as wanted, or none for the obvious one
   * @param pairs whether a file of plain lines has two texts a line, separated by a tab
   */
  static Rows open(
      Optional<Path> file, List<String> columns, boolean pairs, boolean replaceInvalid) {
    String name = file.map(Path::toString).orElse("standard input");
    TextFormat plain = TextFormat.of(pairs ? Kind.TSV : Kind.TXT).withoutHeader();
    TextFormat format =
        file.flatMap(TextFormat::ofEnding)
            .filter(ending -> ending.kind() != Kind.TXT)
            .orElse(plain);
    boolean named = format.header() || format.kind() == Kind.JSONL;
    if (!named && !columns.isEmpty()) {
      throw new InvalidInputException(
          "--column %s: %s is no .csv, .tsv or .jsonl file, so it has no columns."
              .formatted(columns.get(0), name));
    }
    format = replaceInvalid ? format.replacingInvalid() : format;
    TextTable table =
        file.isPresent()
            ? TextTable.open(file.get(), format)
            : TextTable.read(System.in, name, format);
    try {
      List<Integer> plainPlaces = pairs ? List.of(0, 1) : List.of(0);
      List<Integer> places = named ? places(table, columns, name, format.kind()) : plainPlaces;
      return new Rows(table, name, places);
    } catch (InvalidInputException e) {
      table.close();
      throw e;
    }
  }

  private static List<Integer> places(
      TextTable table, List<String> columns, String name, Kind kind) {
    List<String> header = table.header();
    if (header.isEmpty()) {
      return List.of(); // there are no rows
    }
    List<String> wanted = columns;
    if (columns.isEmpty()) {
      wanted = kind == Kind.JSONL ? List.of("text") : List.of(obvious(header, name));
    }
    return wanted.stream().map(column -> place(header, column, name, kind)).toList();
  }

  private static String obvious(List<String> header, String name) {
    return header.stream()
        .filter(column -> header.size() == 1 || column.equals("text") || column.equals("sentence"))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "%s has the columns %s; choose one with --column.".formatted(name, header)));
  }

  private static int place(List<String> header, String column, String name, Kind kind) {
    int byName = header.indexOf(column);
    if (byName >= 0) {
      return byName;
    }
    if (kind == Kind.JSONL) {
      throw new InvalidInputException(
          "%s, line 1: there is no text in the field '%s'. Choose the field with --column."
              .formatted(name, column));
    }
    if (column.matches("[1-9][0-9]{0,4}") && Integer.parseInt(column) <= header.size()) {
      return Integer.parseInt(column) - 1;
    }
    throw new InvalidInputException(
        "%s has no column '%s'; its header says %s.".formatted(name, column, header));
  }

  @Override
  public boolean hasNext() {
    return table.hasNext();
  }

  @Override
  public List<String> next() {
    TextTable.Row row = table.next();
    if (table.header().isEmpty() && row.size() < places.size()) {
      throw new InvalidInputException(
          "%s, line %d: two texts separated by a tab are wanted, but there is one."
              .formatted(name, row.line()));
    }
    return places.stream().map(row::text).toList();
  }

  @Override
  public void close() {
    table.close();
  }
}
