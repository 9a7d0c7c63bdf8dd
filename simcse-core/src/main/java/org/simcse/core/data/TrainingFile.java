package org.simcse.core.data;

import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.simcse.api.Column;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.table.TextFormat;
import org.simcse.core.table.TextTable;

/**
 * A file to train on, and how its rows are converted to examples.
 *
 * <pre>{@code
 * TrainingFile file = TrainingFile.of(Path.of("nli.csv")).droppingBlank();
 * try (ExampleReader examples = file.open()) {
 *   examples.forEachRemaining(example -> System.out.println(example.texts()));
 * }
 * }</pre>
 *
 * <p>Without a mapping the column names determine their roles ({@link
 * org.simcse.core.table.ColumnKind}): an anchor alone is its own positive; an index, and labels or
 * scores beside a single text or a named positive, are not used. Up to three columns without known
 * names are anchor, positive and hard negative in order. Anything else ambiguous is rejected. Texts
 * are used unchanged, including blank ones.
 *
 * @param path the file
 * @param format the format of the file
 * @param columns the columns to use; empty to choose them by their names
 * @param read the columns that the loss reads beside the texts
 * @param dropBlank whether rows with a blank text are dropped
 */
public record TrainingFile(
    Path path,
    TextFormat format,
    Optional<ColumnMapping> columns,
    List<Column> read,
    boolean dropBlank) {
  /** Copies the list. */
  public TrainingFile {
    read = List.copyOf(read);
  }

  /**
   * Returns a file in the format that its extension implies, such as {@code .csv} or {@code
   * .csv.gz}.
   *
   * @throws InvalidInputException if the extension is unknown
   */
  public static TrainingFile of(Path path) {
    return of(path, TextFormat.of(path));
  }

  /** Returns a file in a format, regardless of its extension. */
  public static TrainingFile of(Path path, TextFormat format) {
    return new TrainingFile(path, format, Optional.empty(), List.of(), false);
  }

  /** Returns this file with only some of its columns. */
  public TrainingFile withColumns(ColumnMapping mapping) {
    return new TrainingFile(path, format, Optional.of(mapping), read, dropBlank);
  }

  /** Returns this file without rows with a blank text. */
  public TrainingFile droppingBlank() {
    return new TrainingFile(path, format, columns, read, true);
  }

  /**
   * Returns this file for a loss that reads columns beside the texts. If the mapping does not
   * specify them, a column of the same name, ignoring case, is used, and for {@link Column#SCORE}
   * the only one with the name of a score.
   */
  public TrainingFile reading(List<Column> columnsOfLoss) {
    return new TrainingFile(path, format, columns, columnsOfLoss, dropBlank);
  }

  /**
   * Opens the file at its first example; the caller closes the reader.
   *
   * @throws InvalidInputException if the file does not exist, has no examples, lacks a column, is
   *     malformed at its beginning, or if the roles of its columns are ambiguous
   * @throws UncheckedIOException if it cannot be read
   */
  public ExampleReader open() {
    return open(TextTable.stream(path));
  }

  /** Opens a stream of the file's bytes, likewise. */
  ExampleReader open(InputStream bytes) {
    TextTable table = TextTable.read(bytes, path.toString(), format);
    try {
      return new ExampleReader(table, this);
    } catch (RuntimeException e) {
      table.close();
      throw e;
    }
  }

  /**
   * Returns the number of examples; reads, and so validates, the whole file.
   *
   * @throws InvalidInputException if there is no example, or a row is malformed
   */
  public long count() {
    long count = 0;
    try (ExampleReader examples = open()) {
      for (; examples.hasNext(); examples.next()) {
        count++;
      }
    }
    return count;
  }
}
