package org.simcse.cli;

import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.simcse.cli.io.Shards;
import org.simcse.cli.io.Texts;
import org.simcse.cli.io.VectorWriter;
import org.simcse.core.SimCse;
import org.simcse.core.embed.EmbeddingReport;
import org.simcse.core.embed.Prompt;
import org.simcse.core.io.Sha256;
import org.simcse.core.model.ModelSpec;

/** Embeds more texts than one file should hold, in shards, and continues where it was stopped. */
final class ShardedEmbeddingJob {
  private final Supplier<SimCse> model;
  private final ModelSpec spec;
  private final FiniteCheck check;
  private final OutputOptions say;
  private long row;

  @Inject
  ShardedEmbeddingJob(
      Supplier<SimCse> model, ModelSpec spec, FiniteCheck check, OutputOptions say) {
    this.model = model;
    this.spec = spec;
    this.check = check;
    this.say = say;
  }

  /**
   * Returns what the vectors depend on.
   *
   * @param inputs the files of texts
   * @param prompt the prompt of every text
   * @param settings the options that say how texts are read
   */
  Map<String, Object> origin(
      List<Path> inputs,
      VectorWriter.Format format,
      int rows,
      Prompt prompt,
      Map<String, String> settings) {
    Map<String, Object> origin = new LinkedHashMap<>();
    origin.put("model", modelHash());
    origin.put("pooler", spec.poolerName());
    origin.put("normalize", spec.normalize());
    origin.put("max_length", spec.maxLength());
    origin.put("prompt", prompt.resolve(spec.directory().metadata().prompts()));
    origin.put("format", format.name().toLowerCase(Locale.ROOT));
    origin.put("shard_rows", rows);
    origin.putAll(settings);
    origin.put("inputs", inputs.stream().map(ShardedEmbeddingJob::hash).toList());
    return origin;
  }

  /** Returns the SHA-256 of the model's files, or the name of the embedded model. */
  private String modelHash() {
    if (spec.directory().folder().isEmpty()) {
      return spec.directory().source();
    }
    Path folder = spec.directory().folder().get();
    MessageDigest digest = Sha256.digest();
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> read =
          files
              .filter(Files::isRegularFile)
              .filter(file -> file.toString().matches(".*\\.(safetensors|bin|onnx|json|txt|data)"))
              .sorted()
              .toList();
      for (Path file : read) {
        digest.update(folder.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
        Sha256.update(digest, file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "sha256 " + HexFormat.of().formatHex(digest.digest());
  }

  private static String hash(Path file) {
    try {
      return "sha256 " + Sha256.of(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Embeds the texts that are not in whole shards yet, and closes the shards. */
  void run(Texts texts, Shards shards) {
    Stopwatch watch = new Stopwatch(say.verbose());
    try (shards) {
      for (row = 0; row < shards.done() && texts.hasNext(); row++) {
        texts.next();
      }
      if (texts.hasNext()) {
        try (SimCse simcse = model.get();
            Progress progress =
                Progress.of(
                    "Embedding",
                    texts.expected() < 0 ? -1 : texts.expected() - row,
                    say.progressBar())) {
          watch.started(simcse);
          EmbeddingReport report =
              simcse.embed(texts, (text, vector) -> write(shards, text, vector), progress::add);
          watch.lap("embed " + report.texts() + " texts of " + report.tokens() + " tokens");
          say.warnOfTruncated(report.truncated(), report.texts(), simcse.maxLength());
        }
      }
      shards.finish();
    } catch (IOException e) {
      throw shards.failed(e);
    }
  }

  private void write(Shards shards, String text, float[] vector) {
    try {
      shards.write(text, check.checked("text " + ++row, text, vector));
    } catch (IOException e) {
      throw shards.failed(e);
    }
  }
}
