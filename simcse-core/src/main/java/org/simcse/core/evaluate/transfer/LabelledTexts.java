package org.simcse.core.evaluate.transfer;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Texts, or pairs of texts, and their classes.
 *
 * @param rows the texts, in the order in which SentEval divides them into folds: by the number of
 *     their words, then by class
 * @param classes the number of classes
 */
record LabelledTexts(List<Row> rows, int classes) {
  /**
   * A text or a pair of texts.
   *
   * @param first the text; words are separated by one space
   * @param second the other text of a pair
   * @param label the class, from 0
   */
  record Row(String first, Optional<String> second, int label) {
    private static final Comparator<Row> ORDER =
        Comparator.<Row>comparingInt(row -> words(row.first))
            .thenComparingInt(row -> row.second.map(Row::words).orElse(0))
            .thenComparingInt(Row::label);

    private static int words(String text) {
      return text.isEmpty() ? 0 : 1 + (int) text.chars().filter(c -> c == ' ').count();
    }

    Stream<String> texts() {
      return Stream.concat(Stream.of(first), second.stream());
    }

    /**
     * Returns the vector of the text, {@code [D]}; for a pair {@code |a - b|} and {@code a * b},
     * {@code [2 D]}.
     */
    private float[] features(Map<String, float[]> vectors) {
      float[] a = Objects.requireNonNull(vectors.get(first));
      return second.map(text -> pair(a, Objects.requireNonNull(vectors.get(text)))).orElse(a);
    }

    private static float[] pair(float[] a, float[] b) {
      float[] features = new float[2 * a.length];
      for (int i = 0; i < a.length; i++) {
        features[i] = Math.abs(a[i] - b[i]);
        features[a.length + i] = a[i] * b[i];
      }
      return features;
    }
  }

  LabelledTexts {
    rows = rows.stream().sorted(Row.ORDER).toList(); // stable
  }

  Stream<String> texts() {
    return rows.stream().flatMap(Row::texts);
  }

  /** Returns the features of the texts with these vectors. */
  Rows features(Map<String, float[]> vectors) {
    return new Rows(
        rows.stream().map(row -> row.features(vectors)).toArray(float[][]::new),
        rows.stream().mapToInt(Row::label).toArray(),
        classes);
  }
}
