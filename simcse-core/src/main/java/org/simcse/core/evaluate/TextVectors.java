package org.simcse.core.evaluate;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The vectors of the texts of several tasks, task by task. Each distinct text is embedded once, and
 * its vector is kept until the last task that needs it. Not thread-safe.
 *
 * @since 0.1.0
 */
public final class TextVectors {
  private final List<Set<String>> tasks;
  private final Evaluation.Embedding embedding;
  private final Map<String, Integer> lastUse = new HashMap<>();
  private final Map<String, float[]> vectors = new HashMap<>();
  private int next;

  /**
   * Prepares the tasks; embeds nothing yet.
   *
   * @param tasks the texts of each task, which are embedded in the sets' order
   */
  public TextVectors(List<Set<String>> tasks, Evaluation.Embedding embedding) {
    this.tasks = List.copyOf(tasks);
    this.embedding = embedding;
    for (int i = 0; i < tasks.size(); i++) {
      for (String text : tasks.get(i)) {
        lastUse.put(text, i);
      }
    }
  }

  /**
   * Returns the vectors of the next task's texts, perhaps with others; valid until the next call.
   *
   * @throws IllegalArgumentException if the embedding gives another number of vectors than of texts
   */
  public Map<String, float[]> next() {
    vectors.keySet().removeIf(text -> Objects.requireNonNull(lastUse.get(text)) < next);
    List<String> missing =
        tasks.get(next++).stream().filter(text -> !vectors.containsKey(text)).toList();
    float[][] rows = embedding.embed(missing);
    if (rows.length != missing.size()) {
      throw new IllegalArgumentException(
          "The embedding gave %d vectors for %d texts.".formatted(rows.length, missing.size()));
    }
    for (int i = 0; i < rows.length; i++) {
      vectors.put(missing.get(i), rows[i]);
    }
    return vectors;
  }
}
