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
 * <p>Without a mapping the columns count in their order: one is anchor and positive at once, two
 * are anchor and positive, all others are hard negatives. A text is taken as it stands in the file,
 * a blank one too.
 *
 * @param path the file
 * @param format how it is written
 * @param columns which columns are used; none for all, in their order
 * @param dropBlank whether rows with a blank text are left out
 */
public record TrainingFile(
    Path path, TextFormat format, Optional<ColumnMapping> columns, boolean dropBlank) {
  /**
   * The file as its ending says: {@code .txt}, {@code .csv}, {@code .tsv} or {@code .jsonl}.
   *
   * @throws InvalidInputException if the ending is another one
   */
  public static TrainingFile of(Path path) {
    TextFormat format =
        TextFormat.ofEnding(path)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "The ending of %s names no format; choose one of %s."
                            .formatted(path, TextFormat.names())));
    return of(path, format);
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
   * @throws InvalidInputException if the file does not exist, has no examples, lacks a column, or
   *     is damaged at its beginning
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
