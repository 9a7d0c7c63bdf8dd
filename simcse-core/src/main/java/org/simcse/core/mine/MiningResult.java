package org.simcse.core.mine;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The rows that mining gives.
 *
 * @param rows the rows with as many negatives as wanted, in the order of the pairs
 * @param incomplete the number of pairs that have fewer, and are no rows
 * @param candidates what became of the texts near the anchors, counted over all pairs
 * @since 0.1.0
 */
public record MiningResult(List<Row> rows, int incomplete, Map<Fate, Long> candidates) {
  /**
   * A row to train on.
   *
   * @param negatives the hard negatives, the nearest first
   */
  public record Row(String anchor, String positive, List<String> negatives) {
    /** Copies the list. */
    public Row {
      negatives = List.copyOf(negatives);
    }
  }

  /** What became of a text near an anchor. The first that applies is counted. */
  public enum Fate {
    /** It is the anchor itself, or occurs in a pair with it; it has no rank. */
    KNOWN,
    /** It is one of the nearest, before the range. */
    BEFORE_RANGE,
    /** Its cosine is above the highest score. */
    ABOVE_MAX_SCORE,
    /** Its cosine is not below the positive's by the margin. */
    WITHIN_MARGIN,
    /** It would do, but fewer texts than wanted would, so that the pair is no row. */
    TOO_FEW,
    /** It would do, but others were chosen. */
    NOT_CHOSEN,
    /** It is a hard negative. */
    CHOSEN
  }

  /** Copies the collections. */
  public MiningResult {
    rows = List.copyOf(rows);
    candidates = Collections.unmodifiableMap(new EnumMap<>(candidates));
  }
}
