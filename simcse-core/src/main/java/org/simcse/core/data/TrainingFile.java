package org.simcse.core.data;

import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.table.TextFormat;
import org.simcse.core.table.TextTable;

/**
 * A file to train on, and how its rows become examples.
 *
 * <pre>{@code
 * TrainingFile file = TrainingFile.of(Path.of("nli.csv")).droppingBlank();
 * try (ExampleReader examples = file.open()) {
 *   examples.forEachRemaining(example -> System.out.println(example.texts()));
 * }
 * }</pre>
 *
 * <p>Without a mapping the columns' names say what they are ({@link
 * org.simcse.core.table.ColumnKind}): an anchor alone is its own positive; an index, and labels or
 * scores beside a single text or a named positive, are not used. Up to three columns of which no
 * name is known are anchor, positive and hard negative in their order. Whatever else is not clear
 * is refused. A text is taken as it stands in the file, a blank one too.
 *
 * @param path the file
 * @param format how it is written
 * @param columns which columns are used; none to choose them by their names
 * @param dropBlank whether rows with a blank text are left out
 */
public record TrainingFile(
    Path path, TextFormat format, Optional<ColumnMapping> columns, boolean dropBlank) {
  /**
   * The file in the format that its ending says, such as {@code .csv} or {@code .csv.gz}.
   *
   * @throws InvalidInputException if the ending is another one
   */
  public static TrainingFile of(Path path) {
    return of(path, TextFormat.of(path));
  }

  /** The file in a format, whatever its ending is. */
  public static TrainingFile of(Path path, TextFormat format) {
    return new TrainingFile(path, format, Optional.empty(), false);
  }

  /** This file with only some of its columns. */
  public TrainingFile withColumns(ColumnMapping mapping) {
    return new TrainingFile(path, format, Optional.of(mapping), dropBlank);
  }

  /** This file without the rows in which a text is blank. */
  public TrainingFile droppingBlank() {
    return new TrainingFile(path, format, columns, true);
  }

  /**
   * Opens the file at its first example; the caller closes the reader.
   *
   * @throws InvalidInputException if the file does not exist, has no examples, lacks a column, is
   *     damaged at its beginning, or if it is not clear what its columns are
   * @throws UncheckedIOException if it cannot be read
   */
  public ExampleReader open() {
    return open(TextTable.stream(path));
  }

  /** Likewise, from a stream of the file's bytes. */
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
   * The number of examples; reads the whole file, and so finds whatever is wrong with it.
   *
   * @throws InvalidInputException if there is no example, or a row is damaged
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
