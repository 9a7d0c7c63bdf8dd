package org.simcse.core.data;

import java.util.ArrayList;
import java.util.List;

/**
 * One row of a training file.
 *
 * @param texts a single text, which is both anchor and positive (unsupervised), or the anchor, its
 *     positive, and any number of hard negatives
 * @param values the values of the columns that the loss reads, in order, converted to numbers by
 *     {@link RowValues}: one of each, or as many as a vector has
 * @param line the line on which the row begins, from 1
 */
public record Example(List<String> texts, List<List<Double>> values, long line) {
  /** Validates that there is a text. */
  public Example {
    texts = List.copyOf(texts);
    values = values.stream().map(List::copyOf).toList();
    if (texts.isEmpty()) {
      throw new IllegalArgumentException("An example needs at least one text.");
    }
  }

  /** Creates an example of texts only. */
  public Example(List<String> texts, long line) {
    this(texts, List.of(), line);
  }

  /**
   * Returns anchor, positive and hard negatives: V = 2 + K texts; a single text is both of the
   * first two.
   */
  public List<String> views() {
    if (texts.size() > 1) {
      return texts;
    }
    return List.of(texts.get(0), texts.get(0));
  }

  /** Returns the number of blank texts: empty, or only white space. */
  public int blankTexts() {
    return (int) texts.stream().filter(String::isBlank).count();
  }

  /** Returns the roles of {@code count} texts, in order. */
  static List<String> roles(int count) {
    if (count == 1) {
      return List.of("anchor and positive");
    }
    List<String> roles = new ArrayList<>(List.of("anchor", "positive"));
    for (int i = 2; i < count; i++) {
      roles.add("hard negative");
    }
    return roles;
  }
}
