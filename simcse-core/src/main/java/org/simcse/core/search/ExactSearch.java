package org.simcse.core.search;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.simcse.api.error.ShapeException;

/**
 * Finds the documents with the highest cosines to each of several queries, by computing all of
 * them.
 *
 * <pre>{@code
 * ExactSearch search = new ExactSearch(queries, 10);
 * for (float[][] some : documents) {
 *   search.add(some);
 * }
 * List<Hit> nearest = search.hits(0);
 * }</pre>
 *
 * <p>Documents are added as they come and not kept, so memory holds the queries, their hits and one
 * block of documents, whatever the number of documents. Cosines are products of blocks, in single
 * precision and always summed in the same order: the result is the same on every machine, with any
 * number of threads, and however the documents are divided among calls. Uses the common pool. Not
 * thread-safe.
 *
 * @since 0.1.0
 */
public final class ExactSearch {
  /** Cosines of a block of this size with two queries fit into a processor's first cache. */
  private static final int BLOCK = 512;

  private final float[][] queries;
  private final Nearest[] nearest;
  private final int dimensions;
  private int documents;

  /**
   * A document that was found.
   *
   * @param document its number, from 0, in the order of {@link #add}
   * @param cosine its cosine with the query, in [-1, 1] up to rounding; 0 if one of the vectors is
   *     zero, and negative infinity if one has a component that is not finite
   */
  public record Hit(int document, float cosine) {}

  /**
   * Creates a search for the same number of documents for every query.
   *
   * @param queries vectors {@code [Q, D]} of any length, which are not modified
   * @param count how many documents to find for each, at least 1
   * @throws ShapeException if the vectors differ in size
   */
  public ExactSearch(float[][] queries, int count) {
    this(queries, IntStream.generate(() -> count).limit(queries.length).toArray());
  }

  /**
   * Creates a search.
   *
   * @param queries vectors {@code [Q, D]} of any length, which are not modified
   * @param counts how many documents to find for each query {@code [Q]}, at least 1
   * @throws ShapeException if the vectors differ in size
   */
  public ExactSearch(float[][] queries, int[] counts) {
    if (queries.length != counts.length) {
      throw new IllegalArgumentException(
          "There are %d queries, but %d counts.".formatted(queries.length, counts.length));
    }
    dimensions = queries.length == 0 ? 0 : queries[0].length;
    this.queries = new float[queries.length][];
    for (int i = 0; i < queries.length; i++) {
      this.queries[i] = unit(queries[i]);
    }
    nearest = Arrays.stream(counts).mapToObj(Nearest::new).toArray(Nearest[]::new);
  }

  /**
   * Adds documents, which get the next numbers.
   *
   * @param vectors vectors {@code [N, D]} of any length, which are not modified
   * @throws ShapeException if one has another size than the queries
   */
  public void add(float[][] vectors) {
    for (int from = 0; from < vectors.length; from += BLOCK) {
      int size = Math.min(BLOCK, vectors.length - from);
      float[][] columns = columns(vectors, from, size);
      int first = documents;
      IntStream.range(0, (queries.length + 1) / 2)
          .parallel()
          .forEach(pair -> compare(2 * pair, columns, size, first));
      documents += size;
    }
  }

  /**
   * Returns what was found so far for a query: the highest cosine first, among equals the first
   * document.
   */
  public List<Hit> hits(int query) {
    return nearest[query].hits();
  }

  /** Returns a block of documents, scaled to length 1, as {@code [D, size]}. */
  private float[][] columns(float[][] vectors, int from, int size) {
    float[][] columns = new float[dimensions][size];
    for (int j = 0; j < size; j++) {
      float[] vector = unit(vectors[from + j]);
      for (int d = 0; d < dimensions; d++) {
        columns[d][j] = vector[d];
      }
    }
    return columns;
  }

  private float[] unit(float[] vector) {
    if (vector.length != dimensions) {
      throw new ShapeException(
          "A vector of %d numbers cannot be compared with one of %d."
              .formatted(vector.length, dimensions));
    }
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    double scale = squares == 0 ? 0 : 1 / Math.sqrt(squares);
    float[] unit = new float[dimensions];
    for (int d = 0; d < dimensions; d++) {
      unit[d] = (float) (vector[d] * scale);
    }
    return unit;
  }

  /** Compares a query and the one after it with a block of documents. */
  private void compare(int query, float[][] columns, int size, int first) {
    int second = Math.min(query + 1, queries.length - 1);
    float[] cosines = new float[size];
    float[] others = new float[size];
    int d = 0;
    for (; d + 4 <= dimensions; d += 4) {
      addProducts(queries[query], queries[second], d, columns, cosines, others);
    }
    for (; d < dimensions; d++) {
      addProduct(queries[query][d], columns[d], cosines);
      addProduct(queries[second][d], columns[d], others);
    }
    nearest[query].offer(cosines, first);
    if (second > query) {
      nearest[second].offer(others, first);
    }
  }

  /**
   * Adds four dimensions' products of two queries. The compiler turns this loop into vector
   * instructions.
   */
  private static void addProducts(
      float[] query, float[] second, int d, float[][] columns, float[] cosines, float[] others) {
    float a0 = query[d];
    float a1 = query[d + 1];
    float a2 = query[d + 2];
    float a3 = query[d + 3];
    float b0 = second[d];
    float b1 = second[d + 1];
    float b2 = second[d + 2];
    float b3 = second[d + 3];
    float[] x0 = columns[d];
    float[] x1 = columns[d + 1];
    float[] x2 = columns[d + 2];
    float[] x3 = columns[d + 3];
    for (int j = 0; j < cosines.length; j++) {
      cosines[j] += (a0 * x0[j] + a1 * x1[j]) + (a2 * x2[j] + a3 * x3[j]);
      others[j] += (b0 * x0[j] + b1 * x1[j]) + (b2 * x2[j] + b3 * x3[j]);
    }
  }

  private static void addProduct(float factor, float[] column, float[] sums) {
    for (int j = 0; j < sums.length; j++) {
      sums[j] += factor * column[j];
    }
  }
}
