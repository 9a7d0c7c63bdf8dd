package org.simcse.core.evaluate;

import java.util.Collection;
import java.util.stream.IntStream;

/**
 * The ranking of documents for a query, with the measures of trec_eval. A document is relevant if
 * its grade is at least 1; a document that was not judged, or has a negative grade, counts as 0.
 *
 * @param grades the grades of the documents, best rank first
 * @param ideal the grades of all relevant documents, descending; at least one
 */
record Ranking(int[] grades, int[] ideal) {
  /**
   * Returns a ranking.
   *
   * @param grades the grades of the documents, best rank first
   * @param judged the grades of all judged documents; at least one is relevant
   */
  static Ranking of(int[] grades, Collection<Integer> judged) {
    int[] descending =
        judged.stream()
            .filter(grade -> grade > 0)
            .mapToInt(grade -> -grade)
            .sorted()
            .map(grade -> -grade)
            .toArray();
    return new Ranking(grades, descending);
  }

  /**
   * Returns nDCG@k: the discounted cumulative gain DCG, the sum of grade / log2(rank + 1) over
   * ranks 1 to k, divided by that of the ideal ranking (Järvelin and Kekäläinen 2002, "Cumulated
   * Gain-Based Evaluation of IR Techniques").
   */
  double ndcg(int k) {
    return dcg(grades, k) / dcg(ideal, k);
  }

  private static double dcg(int[] grades, int k) {
    return IntStream.range(0, Math.min(k, grades.length))
        .mapToDouble(i -> Math.max(0, grades[i]) * Math.log(2) / Math.log(i + 2))
        .sum();
  }

  /** Returns 1 / rank of the first relevant document; 0 if there is none down to rank k. */
  double reciprocalRank(int k) {
    return IntStream.range(0, Math.min(k, grades.length))
        .filter(this::relevant)
        .mapToDouble(i -> 1.0 / (i + 1))
        .findFirst()
        .orElse(0);
  }

  /**
   * Returns the sum of the precisions at the ranks of relevant documents down to rank k, divided by
   * the number of all relevant documents.
   */
  double averagePrecision(int k) {
    int found = 0;
    double sum = 0;
    for (int i = 0; i < Math.min(k, grades.length); i++) {
      if (relevant(i)) {
        sum += ++found / (i + 1.0);
      }
    }
    return sum / ideal.length;
  }

  /** Returns the share of all relevant documents that are among the first k. */
  double recall(int k) {
    long found = IntStream.range(0, Math.min(k, grades.length)).filter(this::relevant).count();
    return (double) found / ideal.length;
  }

  private boolean relevant(int index) {
    return grades[index] > 0;
  }
}
