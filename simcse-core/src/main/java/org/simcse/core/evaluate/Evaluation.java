package org.simcse.core.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Evaluates sentence vectors on pairs with human similarity scores.
 *
 * <p>For every set: Spearman's correlation of the cosines with the scores, under the set's own
 * metric name. Over those development sets of the reference that are present: {@code eval_avg_sts},
 * their mean. For the first set, after Wang and Isola 2020 ("Understanding Contrastive
 * Representation Learning through Alignment and Uniformity on the Hypersphere"), with vectors of
 * length 1:
 *
 * <ul>
 *   <li>{@code eval_alignment}: the mean of |x - y|² over the positives; lower is better. A pair is
 *       a positive if its score lies in the top fifth of the range that the set's scores span,
 *       which is 4 to 5 in STS-Benchmark.
 *   <li>{@code eval_uniformity}: the logarithm of the mean of exp(-2 |x - y|²) over all pairs of
 *       the set's sentences; of more than 4000 distinct sentences, 4000 at even intervals are used.
 *       Lower is better.
 *   <li>{@code eval_cosine_gap}: the mean cosine of the positives minus that of all pairs of
 *       distinct sentences.
 * </ul>
 *
 * <p>A sentence that occurs several times is weighted by its count in the uniformity, but embedded
 * once. A zero vector has cosine 0, and so squared distance 2, to every other. An undefined metric,
 * such as the correlation of a constant or the spread of a single sentence, is NaN. Thread-safe if
 * the embedding is.
 *
 * @since 0.1.0
 */
public final class Evaluation {
  /** The metric of the mean correlation on the reference's development sets. */
  public static final String AVERAGE = "eval_avg_sts";

  /** The metric of the distance between positives. */
  public static final String ALIGNMENT = "eval_alignment";

  /** The metric of how evenly sentences are spread over the hypersphere. */
  public static final String UNIFORMITY = "eval_uniformity";

  /** The metric of how much more similar positives are than any two sentences. */
  public static final String COSINE_GAP = "eval_cosine_gap";

  /** The metrics for which lower is better. */
  public static final Set<String> LOWER_IS_BETTER = Set.of(ALIGNMENT, UNIFORMITY);

  private final List<ScoredPairs> sets;
  private final Set<String> sentences;

  /** Computes vectors: {@code [D]} per text, in the same order, of any norm. */
  @FunctionalInterface
  public interface Embedding {
    /** Returns the vectors of texts. */
    float[][] embed(List<String> texts);
  }

  /**
   * Creates an evaluation.
   *
   * @param sets at least one set; their metrics differ
   * @throws IllegalArgumentException if there is none, or two have the same metric
   */
  public Evaluation(List<ScoredPairs> sets) {
    this.sets = List.copyOf(sets);
    if (sets.isEmpty() || sets.stream().map(ScoredPairs::metric).distinct().count() < sets.size()) {
      throw new IllegalArgumentException(
          "The sets %s cannot be evaluated: there must be one, and each with another metric."
              .formatted(sets.stream().map(ScoredPairs::metric).toList()));
    }
    sentences =
        this.sets.stream()
            .flatMap(Evaluation::occurrences)
            .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static Stream<String> occurrences(ScoredPairs set) {
    return Stream.concat(set.first().stream(), set.second().stream());
  }

  /**
   * Embeds every distinct sentence once and computes the metrics.
   *
   * @return the metrics by name, in a fixed order
   */
  public Map<String, Double> run(Embedding embedding) {
    return metrics(embedSentences(embedding));
  }

  /** Embeds every distinct sentence of a set once and computes its metrics and cosines. */
  public static PairsResult evaluate(ScoredPairs set, Embedding embedding) {
    Evaluation evaluation = new Evaluation(List.of(set));
    Map<String, float[]> vectors = evaluation.embedSentences(embedding);
    return new PairsResult(cosines(set, vectors), evaluation.metrics(vectors));
  }

  private Map<String, Double> metrics(Map<String, float[]> vectors) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (ScoredPairs set : sets) {
      metrics.put(set.metric(), cosines(set, vectors).spearman());
    }
    Stream.of(ScoredPairs.STSB, ScoredPairs.SICKR)
        .filter(metrics::containsKey)
        .mapToDouble(metrics::get)
        .average()
        .ifPresent(mean -> metrics.put(AVERAGE, mean));
    putIntrinsic(sets.get(0), vectors, metrics);
    return metrics;
  }

  /** Returns the names of the metrics of {@link #run}, in the same order. */
  public List<String> metrics() {
    List<String> names = new ArrayList<>(sets.stream().map(ScoredPairs::metric).toList());
    if (names.contains(ScoredPairs.STSB) || names.contains(ScoredPairs.SICKR)) {
      names.add(AVERAGE);
    }
    names.addAll(List.of(ALIGNMENT, UNIFORMITY, COSINE_GAP));
    return List.copyOf(names);
  }

  /** Returns the number of distinct sentences of all sets. */
  public int texts() {
    return sentences.size();
  }

  /** Returns the sources of the sets, for display. */
  public List<String> sources() {
    return sets.stream().map(ScoredPairs::source).toList();
  }

  /** Returns the SHA-256 of the texts and scores of each set, in hexadecimal, by metric. */
  public Map<String, String> hashes() {
    Map<String, String> hashes = new LinkedHashMap<>();
    sets.forEach(set -> hashes.put(set.metric(), set.sha256()));
    return hashes;
  }

  private Map<String, float[]> embedSentences(Embedding embedding) {
    return new TextVectors(List.of(sentences), embedding).next();
  }

  private static ScoredCosines cosines(ScoredPairs set, Map<String, float[]> vectors) {
    return ScoredCosines.of(set, text -> of(text, vectors));
  }

  private static float[] of(String sentence, Map<String, float[]> vectors) {
    return Objects.requireNonNull(vectors.get(sentence));
  }

  private static void putIntrinsic(
      ScoredPairs set, Map<String, float[]> vectors, Map<String, Double> metrics) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    occurrences(set).forEach(sentence -> counts.merge(sentence, 1, Integer::sum));
    UnitVectors units =
        new UnitVectors(
            counts.keySet().stream()
                .map(sentence -> of(sentence, vectors))
                .toArray(float[][]::new));
    double positives = meanCosineOfPositives(cosines(set, vectors));
    metrics.put(ALIGNMENT, 2 - 2 * positives); // |x - y|² = 2 - 2 cos(x, y)
    metrics.put(
        UNIFORMITY,
        units.uniformity(counts.values().stream().mapToInt(Integer::intValue).toArray()));
    metrics.put(COSINE_GAP, positives - units.meanCosine());
  }

  private static double meanCosineOfPositives(ScoredCosines pairs) {
    double[] scores = pairs.scores();
    double lowest = Arrays.stream(scores).min().orElseThrow();
    double highest = Arrays.stream(scores).max().orElseThrow();
    double least = lowest + 0.8 * (highest - lowest);
    return IntStream.range(0, scores.length)
        .filter(i -> scores[i] >= least)
        .mapToDouble(i -> pairs.cosines()[i])
        .average()
        .orElseThrow();
  }
}
