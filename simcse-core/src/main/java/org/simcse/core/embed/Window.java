package org.simcse.core.embed;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * Texts whose batches are being computed.
 *
 * @param vectors receives the vector of each text
 * @param batches the indices of the texts of each batch
 * @param running the computation of each batch
 * @param report about all texts
 */
record Window(
    List<String> texts,
    float[][] vectors,
    List<List<Integer>> batches,
    List<CompletableFuture<Void>> running,
    EmbeddingReport report) {
  /** Starts the work of each batch. */
  static Window start(
      List<String> texts,
      float[][] vectors,
      List<List<Integer>> batches,
      Function<List<Integer>, Runnable> work,
      Executor executor,
      EmbeddingReport report) {
    List<CompletableFuture<Void>> running =
        batches.stream()
            .map(batch -> CompletableFuture.runAsync(work.apply(batch), executor))
            .toList();
    return new Window(texts, vectors, batches, running, report);
  }

  /** Waits for the batches and passes on the vectors, or what a batch has thrown. */
  void finish(BiConsumer<String, float[]> sink, IntConsumer progress) {
    for (int i = 0; i < running.size(); i++) {
      try {
        running.get(i).join();
      } catch (CompletionException e) {
        throw thrown(e);
      }
      progress.accept(batches.get(i).size());
    }
    for (int i = 0; i < vectors.length; i++) {
      sink.accept(texts.get(i), vectors[i]);
    }
  }

  /** Returns what a batch has thrown. */
  private static RuntimeException thrown(CompletionException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException failure ? failure : e;
  }

  /** Takes back the batches that have not begun. */
  void cancel() {
    running.forEach(batch -> batch.cancel(false));
  }
}
