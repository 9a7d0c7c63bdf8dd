package org.simcse.core.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The kind of a column's contents, as its name indicates.
 *
 * <p>Recognized names are those of published data sets for sentence embeddings: the reference's
 * files ({@code sent0}, {@code sent1}, {@code hard_neg}), sentence-transformers ({@code anchor},
 * {@code positive}, {@code negative_1}; {@code query}, {@code answer}; {@code label} and {@code
 * score} are never texts), SNLI, STS-Benchmark, SICK, Quora's questions, and pandas' index. Names
 * are case-insensitive.
 *
 * @since 0.1.0
 */
public enum ColumnKind {
  /** The id or number of a row; not a text. */
  INDEX,
  /** A class label; not a text. */
  LABEL,
  /** The similarity score of two texts. */
  SCORE,
  /** An anchor, a query, the first of several texts, or the only one. */
  ANCHOR,
  /**
   * The second of two texts. The name does not imply that it matches the first: published pairs of
   * questions and answers, or queries and passages, have a label for that.
   */
  SECOND,
  /** A text that matches the anchor. */
  POSITIVE,
  /** A text that resembles the anchor and does not match it. */
  NEGATIVE,
  /** The name is not recognized. */
  UNKNOWN;

  private static final Pattern INDEXES =
      Pattern.compile("(.+_)?(id|idx|index|guid|uuid)|unnamed:_\\d+|_*index_level_\\d+_*|qid\\d*");
  private static final Pattern LABELS =
      Pattern.compile("(.+_)?labels?|is_duplicate|entailment_judg(e?)ment");
  private static final Pattern SCORES = Pattern.compile("(.+_)?scores?|similarity|relatedness");
  private static final Pattern ANCHORS =
      Pattern.compile("anchors?|query|question|premise|text|sentence|sent");
  private static final Pattern POSITIVES = Pattern.compile("positives?|pos|entailment");
  private static final Pattern SECONDS =
      Pattern.compile("hypothesis|answer|response|paraphrase|passage|document");
  private static final Pattern NEGATIVES =
      Pattern.compile("(hard_)?neg(ative)?s?(_?\\d+)?|contradiction(_?\\d+)?");

  /** Matches one of several texts of the same kind: sentence1, text_b. */
  private static final Pattern NUMBERED =
      Pattern.compile("(sent|sentence|text|question|query|q|s)_?([0-9ab])");

  /** Returns whether the column is a text, or may be one. */
  public boolean mayBeText() {
    return this != INDEX && this != LABEL && this != SCORE;
  }

  /** Returns the kinds of all columns of a header, in order. */
  public static List<ColumnKind> of(List<String> header) {
    List<String> names =
        header.stream()
            .map(name -> name.strip().toLowerCase(Locale.ROOT).replaceAll("[\\s.-]+", "_"))
            .toList();
    List<ColumnKind> kinds = new ArrayList<>();
    for (String name : names) {
      Matcher numbered = NUMBERED.matcher(name);
      boolean unnamedIndex = name.isEmpty() && kinds.isEmpty() && names.size() > 1;
      kinds.add(
          unnamedIndex ? INDEX : numbered.matches() ? numbered(numbered, names) : ofName(name));
    }
    return List.copyOf(kinds);
  }

  private static ColumnKind ofName(String name) {
    if (INDEXES.matcher(name).matches()) {
      return INDEX;
    } else if (LABELS.matcher(name).matches()) {
      return LABEL;
    } else if (SCORES.matcher(name).matches()) {
      return SCORE;
    } else if (ANCHORS.matcher(name).matches()) {
      return ANCHOR;
    } else if (SECONDS.matcher(name).matches()) {
      return SECOND;
    } else if (POSITIVES.matcher(name).matches()) {
      return POSITIVE;
    } else if (NEGATIVES.matcher(name).matches()) {
      return NEGATIVE;
    }
    return UNKNOWN;
  }

  /**
   * Returns the kind of a numbered text: the first of those that differ by a number or letter is
   * the anchor, such as sent0 or sentence1.
   */
  private static ColumnKind numbered(Matcher name, List<String> names) {
    long before =
        names.stream()
            .map(NUMBERED::matcher)
            .filter(other -> other.matches() && other.group(1).equals(name.group(1)))
            .filter(other -> other.group(2).compareTo(name.group(2)) < 0)
            .count();
    // The name of a third text does not say whether it means the same or the opposite.
    return before == 0 ? ANCHOR : before == 1 ? SECOND : UNKNOWN;
  }
}
