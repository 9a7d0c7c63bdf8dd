package org.simcse.cli;

import com.google.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.simcse.core.SimCse;
import org.simcse.core.embed.EmbeddingReport;
import org.simcse.core.embed.Prompt;
import org.simcse.core.evaluate.Evaluation;

/** Runs evaluations on one model after the other, with a progress bar. */
final class EvaluationRun {
  private final FiniteCheck check;
  private final OutputOptions say;

  @Inject
  EvaluationRun(FiniteCheck check, OutputOptions say) {
    this.check = check;
    this.say = say;
  }

  /**
   * Starts a model, evaluates it and closes it.
   *
   * @param texts the number of texts that the work will embed
   */
  <T> T evaluate(EvaluatedModel model, int texts, Function<Embedder, T> work) {
    Stopwatch watch = new Stopwatch(say.verbose());
    try (SimCse simcse = model.simCse().get();
        Progress progress = Progress.of("Embedding", texts, say.progressBar())) {
      watch.started(simcse);
      Embedder embedder = new Embedder(simcse, progress);
      T result = work.apply(embedder);
      watch.lap("evaluate " + model.name() + " on " + embedder.texts + " texts");
      say.warnOfTruncated(embedder.truncated, embedder.texts, simcse.maxLength());
      return result;
    }
  }

  /** Embeds with the model, and shows how far the evaluation is. */
  final class Embedder implements Evaluation.Embedding {
    private final SimCse simcse;
    private final Progress progress;
    private long texts;
    private long truncated;

    Embedder(SimCse simcse, Progress progress) {
      this.simcse = simcse;
      this.progress = progress;
    }

    @Override
    public float[][] embed(List<String> batch) {
      List<float[]> vectors = new ArrayList<>(batch.size());
      return counted(simcse.embed(batch.iterator(), sink(vectors), progress::add), vectors);
    }

    /** Returns an embedding behind another prompt than the one chosen for every text. */
    Evaluation.Embedding behind(Prompt prompt) {
      return batch -> {
        List<float[]> vectors = new ArrayList<>(batch.size());
        return counted(
            simcse.embed(batch.iterator(), prompt, sink(vectors), progress::add), vectors);
      };
    }

    private BiConsumer<String, float[]> sink(List<float[]> vectors) {
      return (text, vector) ->
          vectors.add(check.checked("text " + (vectors.size() + 1), text, vector));
    }

    private float[][] counted(EmbeddingReport report, List<float[]> vectors) {
      texts += report.texts();
      truncated += report.truncated();
      return vectors.toArray(float[][]::new);
    }

    /** Shows work between embeddings. */
    void note(String message) {
      progress.note(message);
    }
  }
}
