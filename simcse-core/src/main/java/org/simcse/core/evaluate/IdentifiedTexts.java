package org.simcse.core.evaluate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.table.Columns;
import org.simcse.core.table.FormatOptions;
import org.simcse.core.table.TextFormat;
import org.simcse.core.table.TextTable;

/** The queries or documents of a file in the layout of BEIR, with their ids. */
final class IdentifiedTexts {
  private static final String ID = "_id";
  private static final String TITLE = "title";
  private static final String TEXT = "text";

  private final Path file;
  private final String what;
  private final List<String> texts = new ArrayList<>();
  private final Map<String, Integer> indices = new HashMap<>();

  private IdentifiedTexts(Path file, String what) {
    this.file = file;
    this.what = what;
  }

  /**
   * Reads a file: JSON lines, unless its extension says otherwise.
   *
   * @param what what a text is, for messages
   * @param titled whether a title goes before the text if the first row has one; then white space
   *     at both ends is removed, as in BEIR
   * @throws InvalidInputException if there is no text, one is null, one without title is blank, an
   *     id occurs twice, or a row is malformed
   */
  static IdentifiedTexts read(Path file, String what, boolean titled) {
    IdentifiedTexts texts = new IdentifiedTexts(file, what);
    TextFormat format =
        FormatOptions.NONE.of(Optional.of(file), TextFormat.of(TextFormat.Kind.JSONL));
    try (TextTable table = TextTable.open(file, format)) {
      if (!table.hasNext()) {
        throw new InvalidInputException(
            "%s has no %s, so there is nothing to evaluate.".formatted(file, what));
      }
      texts.read(table, titled);
    }
    return texts;
  }

  private void read(TextTable table, boolean titled) {
    Columns columns = table.columns();
    int id = columns.find(ID);
    int text = columns.find(TEXT);
    Optional<Integer> title =
        Optional.of(TITLE).filter(columns.names()::contains).map(columns::find);
    while (table.hasNext()) {
      TextTable.Row row = table.next();
      if (titled && title.isEmpty()) {
        requireNoTitle(row);
      }
      requireText(row, text, titled);
      String own = row.text(text);
      texts.add(titled ? (title.map(row::text).orElse("") + " " + own).strip() : own);
      if (indices.put(row.text(id), indices.size()) != null) {
        throw new InvalidInputException(
            "%s, line %d: there is another %s with the id '%s'."
                .formatted(file, row.line(), what, row.text(id)));
      }
    }
  }

  /** Documents may be empty, as in BEIR; null stands for a text that was lost. */
  private void requireText(TextTable.Row row, int text, boolean mayBeBlank) {
    if (row.isNull(text)) {
      throw new InvalidInputException(
          "%s, line %d: the text of this %s is null; give it a text%s."
              .formatted(file, row.line(), what, mayBeBlank ? ", which may be empty" : ""));
    }
    if (!mayBeBlank && row.text(text).isBlank()) {
      throw new InvalidInputException(
          "%s, line %d: this %s is blank; give it a text, or leave it out."
              .formatted(file, row.line(), what));
    }
  }

  private void requireNoTitle(TextTable.Row row) {
    if (row.hasField(TITLE)) {
      throw new InvalidInputException(
          "%s, line %d: this %s has a title, but the first has none. Give every %s a title, which may be empty, or none."
              .formatted(file, row.line(), what, what));
    }
  }

  /** Returns the texts in the order of the file. */
  List<String> texts() {
    return texts;
  }

  boolean has(String id) {
    return indices.containsKey(id);
  }

  /**
   * Returns the index of a text.
   *
   * @param qrels the file with the id, for messages
   * @param line its line
   * @throws InvalidInputException if there is no such text
   */
  int find(String id, Path qrels, long line) {
    Integer index = indices.get(id);
    if (index == null) {
      throw new InvalidInputException(
          "%s, line %d: the %s '%s' is not in %s.".formatted(qrels, line, what, id, file));
    }
    return index;
  }
}
