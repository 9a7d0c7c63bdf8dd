package org.simcse.spark;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.function.Supplier;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.error.SimCseException;
import org.simcse.core.SimCse;
import org.simcse.core.embed.EmbeddingReport;

/**
 * The rows of a partition with their vectors, in order. Holds one window of rows at a time, which
 * the model sorts by length and packs into batches.
 */
final class EmbeddedRows implements Iterator<Row> {
  /** As many as {@link org.simcse.core.embed.SentenceEmbedder} sorts by length together. */
  private static final int WINDOW = 2048;

  private final Iterator<Row> rows;
  private final Supplier<SimCse> model;
  private final PartitionFunction settings;
  private final int partition;
  private final Queue<Row> embedded = new ArrayDeque<>();
  private long read;

  EmbeddedRows(
      Iterator<Row> rows, Supplier<SimCse> model, PartitionFunction settings, int partition) {
    this.rows = rows;
    this.model = model;
    this.settings = settings;
    this.partition = partition;
  }

  /** A row of the window and, once it is embedded, its vector. */
  private static final class Entry {
    private final Row row;
    private final long number;
    private float @Nullable [] vector;

    Entry(Row row, long number) {
      this.row = row;
      this.number = number;
    }
  }

  @Override
  public boolean hasNext() {
    return !embedded.isEmpty() || rows.hasNext();
  }

  @Override
  public Row next() {
    if (embedded.isEmpty()) {
      if (!rows.hasNext()) {
        throw new NoSuchElementException();
      }
      embedWindow();
    }
    return embedded.remove();
  }

  private void embedWindow() {
    List<Entry> window = new ArrayList<>();
    while (rows.hasNext() && window.size() < WINDOW) {
      window.add(new Entry(rows.next(), ++read));
    }
    List<Entry> texts = new ArrayList<>();
    for (Entry entry : window) {
      if (entry.row.isNullAt(settings.text())) {
        fail(entry, "has no text: it is null", null);
      } else {
        texts.add(entry);
      }
    }
    if (!texts.isEmpty()) {
      embed(model.get(), texts);
    }
    window.forEach(entry -> embedded.add(withVector(entry)));
  }

  private void embed(SimCse simcse, List<Entry> entries) {
    Iterator<Entry> order = entries.iterator();
    EmbeddingReport report;
    try {
      report =
          simcse.embed(
              entries.stream().map(entry -> entry.row.getString(settings.text())).iterator(),
              (text, vector) -> order.next().vector = vector);
    } catch (InvalidInputException e) {
      // The model refused a text of these: halving finds which.
      int half = entries.size() / 2;
      if (half == 0) {
        fail(entries.get(0), "cannot be embedded: " + e.getMessage(), e);
        return;
      }
      embed(simcse, entries.subList(0, half));
      embed(simcse, entries.subList(half, entries.size()));
      return;
    }
    settings.counts().add(report);
    if (!settings.allowNonFinite()) {
      entries.forEach(this::requireFinite);
    }
  }

  private void requireFinite(Entry entry) {
    float[] vector = entry.vector;
    for (int i = 0; vector != null && i < vector.length; i++) {
      if (!Float.isFinite(vector[i])) {
        entry.vector = null;
        fail(
            entry,
            "has a vector that is not finite (component %d is %s); the model's weights may be damaged"
                .formatted(i + 1, vector[i]),
            null);
        return;
      }
    }
  }

  private void fail(Entry entry, String what, @Nullable Throwable cause) {
    if (settings.onError() == OnError.FAIL) {
      String message = "%s of partition %d %s".formatted(name(entry), partition, what);
      throw new SimCseException(
          message
              + (message.endsWith(".") ? "" : ".")
              + " Leave such rows out, or give them a null vector with --on-error null.",
          cause);
    }
    settings.counts().addFailed();
  }

  private String name(Entry entry) {
    int key = settings.key();
    return key < 0
        ? String.format(Locale.ROOT, "Row %d", entry.number)
        : "The row '%s'".formatted(entry.row.get(key));
  }

  private static Row withVector(Entry entry) {
    int columns = entry.row.size();
    Object[] values = new Object[columns + 1];
    for (int i = 0; i < columns; i++) {
      values[i] = entry.row.get(i);
    }
    values[columns] = entry.vector;
    return RowFactory.create(values);
  }
}
