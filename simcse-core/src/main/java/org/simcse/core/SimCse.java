package org.simcse.core;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.spi.BackendProvider;
import org.simcse.core.embed.Cosine;
import org.simcse.core.embed.EmbeddingReport;
import org.simcse.core.embed.Prompt;
import org.simcse.core.embed.SentenceEmbedder;
import org.simcse.core.model.ModelSpec;
import org.simcse.core.tokenize.TextTokenizer;
import org.simcse.core.weights.Checkpoint;

/**
 * A sentence embedding model on an engine: texts in, vectors out.
 *
 * <pre>{@code
 * try (SimCse simcse = SimCse.open()) {
 *   double similarity = simcse.similarity("A man is playing a guitar.", "Someone plays an instrument.");
 * }
 * }</pre>
 *
 * <p>Thread-safe. The caller closes it, which frees the engine's memory; later calls throw {@link
 * IllegalStateException}. The caller owns the returned vectors.
 *
 * @since 0.1.0
 */
public final class SimCse implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(SimCse.class.getName());

  private final Backend backend;
  private final TextTokenizer tokenizer;
  private final SentenceEmbedder embedder;
  private final Prompt prompt;
  private final int dimension;
  private final int maxLength;

  private SimCse(
      Backend backend,
      TextTokenizer tokenizer,
      SentenceEmbedder embedder,
      Prompt prompt,
      int dimension,
      int maxLength) {
    this.backend = backend;
    this.tokenizer = tokenizer;
    this.embedder = embedder;
    this.prompt = prompt;
    this.dimension = dimension;
    this.maxLength = maxLength;
  }

  /**
   * Starts an engine and loads a resolved model into it; for callers that compose the parts
   * themselves.
   *
   * @param batchTokens tokens per batch, padding included
   * @param allowNewParameters whether parameters of pooler and projections that the model directory
   *     lacks start from random values instead of being an error
   * @throws org.simcse.api.error.SimCseException if the weights do not fit or the engine cannot be
   *     started; nothing is left open
   */
  @SuppressWarnings("exports") // for this project's own modules
  public static SimCse open(
      BackendProvider provider,
      BackendConfig config,
      ModelSpec spec,
      Prompt prompt,
      int batchTokens,
      boolean allowNewParameters) {
    // An engine's native code loads on one thread, and takes as long as the files.
    Opening<TextTokenizer> tokens =
        Opening.start(
            () -> TextTokenizer.open(spec.directory().tokenizer(), config.threads()),
            TextTokenizer::close);
    Opening<Checkpoint> weights = Opening.start(spec.directory()::openWeights, Checkpoint::close);
    try {
      Backend engine = provider.create(config);
      try {
        TextTokenizer tokenizer = tokens.get();
        int dimension = spec.load(weights::get, engine.parameters(), allowNewParameters);
        SentenceEmbedder embedder =
            new SentenceEmbedder(
                engine,
                spec.inference(),
                tokenizer,
                spec.maxLength(),
                spec.directory().metadata().prompts(),
                batchTokens,
                config.threads());
        return new SimCse(engine, tokenizer, embedder, prompt, dimension, spec.maxLength());
      } catch (RuntimeException | Error e) {
        engine.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      tokens.discard();
      weights.discard();
      throw e;
    }
  }

  /** Opens the embedded model, all-MiniLM-L6-v2, with every setting at its default. */
  public static SimCse open() {
    return builder().open();
  }

  /**
   * Opens a model directory with every setting at its default.
   *
   * @throws org.simcse.api.error.CheckpointException if the directory cannot be used; the message
   *     says why
   */
  public static SimCse open(Path model) {
    return builder().model(model).open();
  }

  /** Returns a builder with the settings of a model to open. */
  public static SimCseBuilder builder() {
    return new SimCseBuilder();
  }

  /** Returns the vector of a text, {@code [D]}. */
  public float[] embed(String text) {
    return embed(List.of(text)).get(0);
  }

  /**
   * Returns the vectors of texts, {@code [D]} each, in the same order; an empty list for no texts.
   */
  public List<float[]> embed(List<String> texts) {
    return embed(texts, prompt);
  }

  /**
   * Returns the vectors of texts behind a prompt, {@code [D]} each, in the same order.
   *
   * @throws org.simcse.api.error.InvalidInputException if the model has no such prompt
   */
  public List<float[]> embed(List<String> texts, Prompt prompted) {
    List<float[]> vectors = new ArrayList<>(texts.size());
    EmbeddingReport report =
        embedder.embed(
            texts.iterator(), prompted, (text, vector) -> vectors.add(vector), done -> {});
    if (report.truncated() > 0) {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} of {1} texts were longer than {2} tokens and were cut.",
          report.truncated(),
          report.texts(),
          maxLength);
    }
    return vectors;
  }

  /**
   * Embeds a stream of texts that may be larger than memory.
   *
   * @param texts the texts, read one window at a time
   * @param sink receives each text and its vector, {@code [D]}, in input order, on the calling
   *     thread
   */
  public EmbeddingReport embed(Iterator<String> texts, BiConsumer<String, float[]> sink) {
    return embed(texts, sink, done -> {});
  }

  /**
   * Embeds a stream of texts that may be larger than memory, and reports progress.
   *
   * @param texts the texts, read one window at a time
   * @param sink receives each text and its vector, {@code [D]}, in input order, on the calling
   *     thread
   * @param progress receives the number of texts of each finished batch
   */
  public EmbeddingReport embed(
      Iterator<String> texts, BiConsumer<String, float[]> sink, IntConsumer progress) {
    return embed(texts, prompt, sink, progress);
  }

  /**
   * Embeds a stream of texts behind a prompt, and reports progress.
   *
   * @throws org.simcse.api.error.InvalidInputException if the model has no such prompt
   */
  public EmbeddingReport embed(
      Iterator<String> texts,
      Prompt prompted,
      BiConsumer<String, float[]> sink,
      IntConsumer progress) {
    return embedder.embed(texts, prompted, sink, progress);
  }

  /** Returns the cosine similarity of two texts, in [-1, 1]. */
  public double similarity(String a, String b) {
    List<float[]> vectors = embed(List.of(a, b));
    return cosine(vectors.get(0), vectors.get(1));
  }

  /**
   * Returns the cosine similarity of two vectors, in [-1, 1]; 0 if one of them is zero, NaN if a
   * component is NaN or infinite.
   *
   * @throws org.simcse.api.error.ShapeException if they differ in size
   */
  public static double cosine(float[] a, float[] b) {
    return Cosine.of(a, b);
  }

  /** Returns D, the size of a vector. */
  public int dimension() {
    return dimension;
  }

  /**
   * Returns the maximal number of tokens of a text, special tokens included; longer texts are
   * truncated.
   */
  public int maxLength() {
    return maxLength;
  }

  /** Returns the name of the engine. */
  public String backend() {
    return backend.name();
  }

  /** Returns the device that the engine computes on, such as {@code CPU (2 threads)}. */
  public String device() {
    return "%s (%s)".formatted(backend.device().kind(), backend.device().description());
  }

  @Override
  public void close() {
    backend.close();
    tokenizer.close();
  }
}
