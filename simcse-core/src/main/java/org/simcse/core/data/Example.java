package org.simcse.core.data;

import java.util.ArrayList;
import java.util.List;

/**
 * One row of a training file.
 *
 * @param texts one text, which is both anchor and positive (unsupervised), or the anchor, its
 *     positive, and any number of hard negatives
 * @param values what the columns that the loss reads hold, in their order, as {@link RowValues}
 *     makes numbers of them
 * @param line the line on which the row begins, from 1
 */
public record Example(List<String> texts, List<Double> values, long line) {
  /** Checks that there is a text. */
  public Example {
    texts = List.copyOf(texts);
    values = List.copyOf(values);
    if (texts.isEmpty()) {
      throw new IllegalArgumentException("An example needs at least one text.");
    }
  }

  /** An example of texts alone. */
  public Example(List<String> texts, long line) {
    this(texts, List.of(), line);
  }

  /** Anchor, positive and hard negatives: V = 2 + K texts, of which a single one is both first. */
  public List<String> views() {
    if (texts.size() > 1) {
      return texts;
    }
    return List.of(texts.get(0), texts.get(0));
  }

  /** How many of the texts are blank: empty, or white space only. */
  public int blankTexts() {
    return (int) texts.stream().filter(String::isBlank).count();
  }

  /** The roles of {@code count} texts, in their order. */
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
