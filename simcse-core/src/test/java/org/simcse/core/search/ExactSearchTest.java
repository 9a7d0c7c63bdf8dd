package org.simcse.core.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.simcse.api.error.ShapeException;
import org.simcse.core.embed.Cosine;

class ExactSearchTest {
  private static float[][] random(int rows, int dimensions, long seed) {
    Random random = new Random(seed);
    float[][] vectors = new float[rows][dimensions];
    for (float[] vector : vectors) {
      for (int d = 0; d < dimensions; d++) {
        vector[d] = (float) random.nextGaussian();
      }
    }
    return vectors;
  }

  /** Odd sizes everywhere: of queries, dimensions and documents. */
  @Test
  void findsWhatSortingAllCosinesFinds() {
    float[][] queries = random(7, 13, 1);
    float[][] documents = random(1111, 13, 2);
    ExactSearch search = new ExactSearch(queries, 20);
    search.add(documents);
    for (int q = 0; q < queries.length; q++) {
      float[] query = queries[q];
      int[] sorted =
          IntStream.range(0, documents.length)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> -Cosine.of(query, documents[i])))
              .mapToInt(Integer::intValue)
              .toArray();
      List<ExactSearch.Hit> hits = search.hits(q);
      assertEquals(20, hits.size());
      for (int rank = 0; rank < 20; rank++) {
        assertEquals(sorted[rank], hits.get(rank).document());
        assertEquals(
            Cosine.of(query, documents[sorted[rank]]), hits.get(rank).cosine(), 1e-6, "cosine");
      }
    }
  }

  @Test
  void howDocumentsAreDividedDoesNotMatter() {
    float[][] queries = random(3, 8, 1);
    float[][] documents = random(700, 8, 2);
    ExactSearch whole = new ExactSearch(queries, 9);
    whole.add(documents);
    ExactSearch parts = new ExactSearch(queries, 9);
    parts.add(Arrays.copyOfRange(documents, 0, 1));
    parts.add(new float[0][]);
    parts.add(Arrays.copyOfRange(documents, 1, 600));
    parts.add(Arrays.copyOfRange(documents, 600, 700));
    for (int q = 0; q < queries.length; q++) {
      assertEquals(whole.hits(q), parts.hits(q));
    }
  }

  @Test
  void whatIsNotANumberComesLast() {
    float[][] documents = {{Float.NaN, 1}, {0, 1}, {1, Float.POSITIVE_INFINITY}, {-1, 0}, {1, 0}};
    ExactSearch search = new ExactSearch(new float[][] {{1, 0}, {1, 0}}, new int[] {2, 5});
    search.add(documents);
    assertEquals(List.of(new ExactSearch.Hit(4, 1), new ExactSearch.Hit(1, 0)), search.hits(0));
    assertEquals(
        List.of(4, 1, 3, 0, 2), search.hits(1).stream().map(ExactSearch.Hit::document).toList());
  }

  @Test
  void amongEqualsTheFirstComesFirst() {
    float[][] documents = new float[1030][];
    Arrays.fill(documents, new float[] {0, 2});
    documents[1029] = new float[] {3, 0};
    ExactSearch search = new ExactSearch(new float[][] {{1, 0}, {0, 0}}, new int[] {3, 2});
    search.add(documents);
    assertEquals(
        List.of(new ExactSearch.Hit(1029, 1), new ExactSearch.Hit(0, 0), new ExactSearch.Hit(1, 0)),
        search.hits(0));
    assertEquals(
        List.of(new ExactSearch.Hit(0, 0), new ExactSearch.Hit(1, 0)),
        search.hits(1),
        "a zero vector has the cosine 0 with all");
  }

  @Test
  void fewerDocumentsThanWanted() {
    ExactSearch search = new ExactSearch(new float[][] {{1, 1}}, 100);
    assertEquals(List.of(), search.hits(0));
    search.add(new float[][] {{-1, 0}, {1, 0}});
    assertEquals(List.of(1, 0), search.hits(0).stream().map(ExactSearch.Hit::document).toList());
  }

  @Test
  void otherSizesAreRefused() {
    ExactSearch search = new ExactSearch(new float[][] {{1, 1}}, 1);
    assertThrows(ShapeException.class, () -> search.add(new float[][] {{1, 1, 1}}));
    assertThrows(ShapeException.class, () -> new ExactSearch(new float[][] {{1}, {1, 2}}, 1));
  }
}
