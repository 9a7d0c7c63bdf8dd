package org.simcse.core.evaluate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.data.ColumnMapping;
import org.simcse.core.data.Example;
import org.simcse.core.data.ExampleReader;
import org.simcse.core.data.TrainingFile;
import org.simcse.core.embed.Cosine;
import org.simcse.core.table.FormatOptions;

/**
 * Rows of an anchor, a positive, which belongs to it, and K negatives, which do not. A row gives K
 * triplets, and a triplet is right if the cosine of anchor and positive is greater than that of
 * anchor and negative.
 *
 * @param source where the rows come from, for display: a file and its columns
 * @param rows anchor, positive and K negatives, of the same K in all rows, at least 1
 * @since 0.1.0
 */
public record Triplets(String source, List<List<String>> rows) {
  /** The share of triplets that are right, in [0, 1]. */
  public static final String ACCURACY = "accuracy";

  private static final List<String> ROLES = List.of("anchor", "positive", "negative");

  /**
   * Validates the rows.
   *
   * @throws IllegalArgumentException if there is none, or one has another number of texts
   */
  public Triplets {
    rows = rows.stream().map(List::copyOf).toList();
    if (rows.isEmpty() || rows.get(0).size() < ROLES.size() || widths(rows) > 1) {
      throw new IllegalArgumentException(
          source + ": rows need an anchor, a positive and the same number of negatives.");
    }
  }

  private static long widths(List<List<String>> rows) {
    return rows.stream().map(List::size).distinct().count();
  }

  /**
   * Reads a file as training does; its texts are used unchanged.
   *
   * @param columns {@code anchor=A}, {@code positive=B} and one {@code negative=C} for each
   *     negative; if empty, columns are found by their names, or three without known names are
   *     taken in this order
   * @throws InvalidInputException if the file does not exist, has no rows, or no negatives, a text
   *     is blank, a row is malformed, or the choice of columns is ambiguous; the message names the
   *     file and the line
   */
  public static Triplets read(Path file, FormatOptions options, List<String> columns) {
    TrainingFile rows = TrainingFile.of(file, options.of(file));
    TrainingFile chosen =
        columns.isEmpty() ? rows : rows.withColumns(ColumnMapping.parse(String.join(",", columns)));
    List<List<String>> texts = new ArrayList<>();
    try (ExampleReader examples = chosen.open()) {
      requireNegatives(file, examples.columns());
      while (examples.hasNext()) {
        Example example = examples.next();
        requireTexts(file, example);
        texts.add(example.texts());
      }
      return new Triplets(file + " " + examples.columns(), texts);
    }
  }

  private static void requireNegatives(Path file, List<String> columns) {
    if (columns.size() < ROLES.size()) {
      throw new InvalidInputException(
          "%s has no negatives beside %s, but triplets need an anchor, a positive and a negative. Choose them with the setting columns, as in anchor=COLUMN,positive=COLUMN,negative=COLUMN."
              .formatted(file, columns));
    }
  }

  /** A blank negative would be right without any merit of the model. */
  private static void requireTexts(Path file, Example example) {
    for (int i = 0; i < example.texts().size(); i++) {
      if (example.texts().get(i).isBlank()) {
        throw new InvalidInputException(
            "%s, line %d: the %s is blank, but a triplet needs three texts."
                .formatted(file, example.line(), ROLES.get(Math.min(i, 2))));
      }
    }
  }

  /** Returns the number of triplets. */
  public int size() {
    return rows.size() * (rows.get(0).size() - 2);
  }

  /** Returns the number of texts that {@link #run} embeds. */
  public int texts() {
    return anchors().size() + others().size();
  }

  private Set<String> anchors() {
    return rows.stream()
        .map(row -> row.get(0))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private Set<String> others() {
    return rows.stream()
        .flatMap(row -> row.stream().skip(1))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /**
   * Embeds every distinct text once, and once more if it is an anchor too, and returns the share of
   * right triplets of each row.
   *
   * @param queries embeds anchors
   * @param documents embeds positives and negatives; it may put another prompt before them
   */
  public UnitFigures run(Evaluation.Embedding queries, Evaluation.Embedding documents) {
    Map<String, float[]> anchors = new TextVectors(List.of(anchors()), queries).next();
    Map<String, float[]> others = new TextVectors(List.of(others()), documents).next();
    double[] shares =
        rows.stream()
            .mapToDouble(
                row ->
                    shareRight(
                        Objects.requireNonNull(anchors.get(row.get(0))),
                        row.stream()
                            .skip(1)
                            .map(text -> Objects.requireNonNull(others.get(text)))
                            .toList()))
            .toArray();
    return new UnitFigures(Map.of(ACCURACY, shares));
  }

  /** Returns the share of negatives that are farther from the anchor than the first vector. */
  private static double shareRight(float[] anchor, List<float[]> others) {
    double positive = Cosine.of(anchor, others.get(0));
    return others.stream()
        .skip(1)
        .mapToDouble(negative -> positive > Cosine.of(anchor, negative) ? 1 : 0)
        .average()
        .orElseThrow();
  }
}
