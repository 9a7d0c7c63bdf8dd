package org.simcse.cli;

import jakarta.inject.Inject;
import java.io.IOException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.simcse.cli.io.Destination;
import org.simcse.cli.io.Texts;
import org.simcse.cli.io.VectorWriter;
import org.simcse.core.SimCse;
import org.simcse.core.embed.EmbeddingReport;

/** Embeds texts and writes their vectors in order. */
final class EmbeddingJob {
  private final Supplier<SimCse> model;
  private final FiniteCheck check;
  private final OutputOptions say;
  private long rows;

  @Inject
  EmbeddingJob(Supplier<SimCse> model, FiniteCheck check, OutputOptions say) {
    this.model = model;
    this.check = check;
    this.say = say;
  }

  /** Writes all vectors and closes the destination. */
  void run(Texts texts, VectorWriter.Format format, Destination destination) {
    Stopwatch watch = new Stopwatch(say.verbose());
    try (destination) {
      try (SimCse simcse = open(watch);
          VectorWriter writer = VectorWriter.of(destination, format, simcse.dimension())) {
        embed(simcse, texts, row(writer, destination), watch);
        writer.finish();
      }
      destination.commit();
    } catch (IOException e) {
      throw destination.failed(e);
    }
  }

  private BiConsumer<String, float[]> row(VectorWriter writer, Destination destination) {
    return (text, vector) -> {
      try {
        writer.write(text, check.checked("text " + ++rows, text, vector));
      } catch (IOException e) {
        throw destination.failed(e);
      }
    };
  }

  private SimCse open(Stopwatch watch) {
    SimCse simcse = model.get();
    watch.started(simcse);
    return simcse;
  }

  private void embed(
      SimCse simcse, Texts texts, BiConsumer<String, float[]> sink, Stopwatch watch) {
    try (Progress progress = Progress.of("Embedding", texts.expected(), say.progressBar())) {
      EmbeddingReport report = simcse.embed(texts, sink, progress::add);
      watch.lap("embed " + report.texts() + " texts of " + report.tokens() + " tokens");
      say.warnOfTruncated(report.truncated(), report.texts(), simcse.maxLength());
    }
  }
}
