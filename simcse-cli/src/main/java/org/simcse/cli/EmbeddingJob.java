package org.simcse.cli;

import jakarta.inject.Inject;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Supplier;
import org.simcse.core.SimCse;
import org.simcse.core.embed.EmbeddingReport;
import org.simcse.core.io.AtomicFile;

/** Embeds texts and writes their vectors in order. */
final class EmbeddingJob {
  private final Supplier<SimCse> model;
  private final OutputOptions say;

  @Inject
  EmbeddingJob(Supplier<SimCse> model, OutputOptions say) {
    this.model = model;
    this.say = say;
  }

  /** Writes to a file, which appears when it is complete, or to standard output. */
  void run(Texts texts, VectorWriter.Format format, Optional<Path> output) throws IOException {
    Stopwatch watch = new Stopwatch(say.verbose());
    if (output.isEmpty()) {
      try (SimCse simcse = open(watch);
          VectorWriter writer =
              new TextVectorWriter(new FileOutputStream(FileDescriptor.out), format)) {
        embed(simcse, texts, writer, watch);
      }
      return;
    }
    // The file first: a directory that cannot be written to is known before the model is loaded.
    try (AtomicFile file = AtomicFile.create(output.get())) {
      try (SimCse simcse = open(watch);
          VectorWriter writer = writer(file, format, simcse.dimension())) {
        embed(simcse, texts, writer, watch);
      }
      file.commit();
    }
  }

  private static VectorWriter writer(AtomicFile file, VectorWriter.Format format, int width)
      throws IOException {
    return format.seeks()
        ? new BinaryVectorWriter(file.channel(), format, width)
        : new TextVectorWriter(file.stream(), format);
  }

  private SimCse open(Stopwatch watch) {
    SimCse simcse = model.get();
    watch.lap("start " + simcse.backend() + " on " + simcse.device() + " and load the model");
    return simcse;
  }

  private void embed(SimCse simcse, Texts texts, VectorWriter writer, Stopwatch watch) {
    ArrayDeque<String> waiting = new ArrayDeque<>();
    Iterator<String> remembered =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return texts.hasNext();
          }

          @Override
          public String next() {
            waiting.add(texts.next());
            return waiting.getLast();
          }
        };
    try (Progress progress = Progress.of("Embedding", texts.expected(), say.progressBar())) {
      EmbeddingReport report =
          simcse.embed(
              remembered,
              vector -> {
                try {
                  writer.write(waiting.remove(), vector);
                } catch (IOException e) {
                  throw new UncheckedIOException(
                      "The vectors cannot be written: " + e.getMessage(), e);
                }
              },
              progress::add);
      watch.lap("embed " + report.texts() + " texts of " + report.tokens() + " tokens");
      if (report.truncated() > 0 && !say.quiet()) {
        System.err.printf(
            "simcse: %d of %d texts were longer than %d tokens and were cut (--max-length).%n",
            report.truncated(), report.texts(), simcse.maxLength());
      }
    }
  }
}
