package org.simcse.cli;

import jakarta.inject.Inject;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.simcse.cli.io.Rows;
import org.simcse.core.SimCse;
import org.simcse.core.data.Prefetcher;
import org.simcse.core.embed.Cosine;

/** Computes the cosine similarity of pairs of texts and writes it, in order. */
final class SimilarityJob {
  /**
   * Number of pairs that are embedded together: few at first, so that the first result appears
   * soon.
   */
  private static final int FIRST_PAIRS = 16;

  private static final int MOST_PAIRS = 1024;

  private final Supplier<SimCse> model;
  private final FiniteCheck check;
  private final OutputOptions say;
  private long pairs;

  @Inject
  SimilarityJob(Supplier<SimCse> model, FiniteCheck check, OutputOptions say) {
    this.model = model;
    this.check = check;
    this.say = say;
  }

  /** Computes the similarity of two texts. */
  void run(List<String> texts, PrintWriter out) {
    run((simcse, writer) -> compare(simcse, texts, writer), out);
  }

  /**
   * Computes the similarity of the pairs of a table.
   *
   * @param waits whether to wait for a batch to fill: right for a file, but the writer of a pipe
   *     may be waiting for the answer
   */
  void run(Rows rows, boolean waits, PrintWriter out) {
    run((simcse, writer) -> compare(simcse, rows, waits, writer), out);
  }

  private void run(BiConsumer<SimCse, PrintWriter> work, PrintWriter out) {
    Stopwatch watch = new Stopwatch(say.verbose());
    try (SimCse simcse = model.get()) {
      watch.started(simcse);
      work.accept(simcse, out);
      watch.lap("compare");
    }
  }

  private void compare(SimCse simcse, Rows rows, boolean waits, PrintWriter out) {
    // Read on another thread, so that no pair waits for a batch to fill. The thread ends
    // with the input, or with the process: a command that fails does not wait for more input.
    Prefetcher<List<String>> arriving = new Prefetcher<>("reading pairs", MOST_PAIRS, rows);
    List<String> batch = new ArrayList<>();
    for (int most = FIRST_PAIRS; arriving.hasNext(); most = Math.min(2 * most, MOST_PAIRS)) {
      do {
        batch.addAll(arriving.next());
      } while (batch.size() < 2 * most && (waits ? arriving.hasNext() : arriving.available()));
      compare(simcse, batch, out);
      batch.clear();
    }
  }

  private void compare(SimCse simcse, List<String> batch, PrintWriter out) {
    List<float[]> vectors = simcse.embed(batch);
    for (int i = 0; i < batch.size(); i++) {
      String which = "text %d of pair %d".formatted(i % 2 + 1, pairs + i / 2 + 1);
      check.checked(which, batch.get(i), vectors.get(i));
      if (i % 2 == 1) {
        double cosine = Cosine.of(vectors.get(i - 1), vectors.get(i));
        out.println(Double.isNaN(cosine) ? "nan" : String.format(Locale.ROOT, "%.5f", cosine));
      }
    }
    pairs += batch.size() / 2;
    out.flush();
  }
}
