package org.simcse.core.data;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.Set;

/**
 * Groups rows so that no two of a group have a text in common. Rows that do not fit wait, and are
 * the first to be tried for the next group. Not thread-safe.
 */
final class DistinctRows {
  /** Rows in memory are bounded: in a file with few texts nearly all would wait. */
  private static final int MOST_WAITING = 100_000;

  private final Iterator<Example> source;
  private Queue<Example> waiting = new ArrayDeque<>();
  private long read;

  DistinctRows(Iterator<Example> source) {
    this.source = source;
  }

  /** Returns the next group: fewer than {@code most} rows if not so many fit together. */
  List<Example> next(int most) {
    List<Example> group = new ArrayList<>(most);
    Set<String> texts = new HashSet<>();
    Queue<Example> still = new ArrayDeque<>();
    for (Example row : waiting) {
      (group.size() < most && fits(row, texts) ? group : still).add(row);
    }
    waiting = still;
    while (group.size() < most && source.hasNext() && waiting.size() < MOST_WAITING) {
      Example row = source.next();
      read++;
      (fits(row, texts) ? group : waiting).add(row);
    }
    return group;
  }

  /** Returns whether a row has none of the texts, and adds its own if so. */
  private static boolean fits(Example row, Set<String> texts) {
    return row.texts().stream().noneMatch(texts::contains) && texts.addAll(row.texts());
  }

  /** Returns the number of rows read from the source. */
  long read() {
    return read;
  }
}
