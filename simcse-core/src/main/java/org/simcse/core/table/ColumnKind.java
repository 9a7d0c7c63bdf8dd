package org.simcse.core.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a column's name says that it holds.
 *
 * <p>Known are the names that published data sets for sentence embeddings use: those of the
 * reference's files ({@code sent0}, {@code sent1}, {@code hard_neg}), of sentence-transformers'
 * ({@code anchor}, {@code positive}, {@code negative_1}; {@code query}, {@code answer}; {@code
 * label} and {@code score} are never texts), of SNLI, STS-Benchmark, SICK and Quora's questions,
 * and what pandas calls an index. Case does not matter.
 */
public enum ColumnKind {
  /** What a row is called, or its number: no text. */
  INDEX,
  /** A class: no text. */
  LABEL,
  /** A number that says how similar two texts are. */
  SCORE,
  /** An anchor, a query, the first of several texts, or the only one. */
  ANCHOR,
  /**
   * The second of two texts. Its name does not say that it belongs to the first: published pairs of
   * questions and answers, or queries and passages, have a label for that.
   */
  SECOND,
  /** A text that belongs to the anchor. */
  POSITIVE,
  /** A text that does not belong to the anchor, though it looks so. */
  NEGATIVE,
  /** The name says nothing. */
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

  /** One of several texts of the same sort: sentence1, text_b. */
  private static final Pattern NUMBERED =
      Pattern.compile("(sent|sentence|text|question|query|q|s)_?([0-9ab])");

  /** Whether it is a text, or may be one. */
  public boolean mayBeText() {
    return this != INDEX && this != LABEL && this != SCORE;
  }

  /** The kinds of all columns of a header, in their order. */
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

  /** Of texts that differ by a number or letter, the first is the anchor: sent0 or sentence1. */
  private static ColumnKind numbered(Matcher name, List<String> names) {
    long before =
        names.stream()
            .map(NUMBERED::matcher)
            .filter(other -> other.matches() && other.group(1).equals(name.group(1)))
            .filter(other -> other.group(2).compareTo(name.group(2)) < 0)
            .count();
    // Whether a third one means the same or the opposite, its name does not say.
    return before == 0 ? ANCHOR : before == 1 ? SECOND : UNKNOWN;
  }
}
