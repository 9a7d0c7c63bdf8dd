package org.simcse.core.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The documents with the highest cosines so far: a heap, the least of them on top. Not thread-safe.
 */
final class Nearest {
  private final int count;
  private float[] cosines;
  private int[] documents;
  private int size;

  Nearest(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("At least 1 document must be wanted, but it is " + count);
    }
    this.count = count;
    this.cosines = new float[Math.min(count, 16)];
    this.documents = new int[cosines.length];
  }

  /**
   * Offers documents, whose numbers must be higher than those before: a later one with the same
   * cosine as the least changes nothing. NaN counts as the lowest of all.
   */
  void offer(float[] candidates, int first) {
    for (int j = 0; j < candidates.length; j++) {
      if (size < count) {
        // NaN would neither be replaced nor sorted.
        append(Float.isNaN(candidates[j]) ? Float.NEGATIVE_INFINITY : candidates[j], first + j);
      } else if (candidates[j] > cosines[0]) {
        cosines[0] = candidates[j];
        documents[0] = first + j;
        sink();
      }
    }
  }

  private void append(float cosine, int document) {
    if (size == cosines.length) {
      int larger = (int) Math.min(count, 2L * size);
      cosines = Arrays.copyOf(cosines, larger);
      documents = Arrays.copyOf(documents, larger);
    }
    cosines[size] = cosine;
    documents[size] = document;
    int at = size++;
    while (at > 0 && isLess(at, (at - 1) / 2)) {
      swap(at, (at - 1) / 2);
      at = (at - 1) / 2;
    }
  }

  private void sink() {
    int at = 0;
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size && isLess(child + 1, child)) {
        child++;
      }
      if (!isLess(child, at)) {
        return;
      }
      swap(at, child);
      at = child;
    }
  }

  /** Returns whether a document comes behind another in the order of the hits. */
  private boolean isLess(int a, int b) {
    return cosines[a] < cosines[b] || (cosines[a] == cosines[b] && documents[a] > documents[b]);
  }

  private void swap(int a, int b) {
    float cosine = cosines[a];
    cosines[a] = cosines[b];
    cosines[b] = cosine;
    int document = documents[a];
    documents[a] = documents[b];
    documents[b] = document;
  }

  /** Returns the hits, best first. */
  List<ExactSearch.Hit> hits() {
    List<ExactSearch.Hit> hits = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      hits.add(new ExactSearch.Hit(documents[i], cosines[i]));
    }
    hits.sort(
        (a, b) ->
            a.cosine() == b.cosine()
                ? Integer.compare(a.document(), b.document())
                : Float.compare(b.cosine(), a.cosine()));
    return Collections.unmodifiableList(hits);
  }
}
