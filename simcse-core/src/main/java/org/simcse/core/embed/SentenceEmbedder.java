package org.simcse.core.embed;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.simcse.api.Encoder;
import org.simcse.api.Pooler;
import org.simcse.api.TokenSequence;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.Program;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.model.PaddedBatch;
import org.simcse.core.model.SentenceModel;
import org.simcse.core.modeldir.Prompts;
import org.simcse.core.tokenize.Encoded;
import org.simcse.core.tokenize.TextTokenizer;

/**
 * Groups texts into batches of similar length, runs several of them at a time, and returns the
 * vectors in input order.
 *
 * <p>Thread-safe, like the program it runs. Owns no resources.
 *
 * @since 0.1.0
 */
public final class SentenceEmbedder {
  /**
   * The default number of tokens per batch: enough to keep a CPU's matrix products busy, few enough
   * to stay in its caches.
   */
  public static final int DEFAULT_BATCH_TOKENS = 512;

  /**
   * The number of texts that are sorted by length together: enough for even batches, few enough to
   * hold two windows in memory.
   */
  private static final int WINDOW = 1024;

  private final Program program;
  private final Encoder encoder;
  private final Pooler pooler;
  private final TextTokenizer tokenizer;
  private final int maxLength;
  private final Prompts prompts;
  private final int batchTokens;
  private final Workers workers;

  /**
   * Compiles a model.
   *
   * @param backend the backend that holds the model's parameters
   * @param model the computation of vectors
   * @param maxLength the number of tokens that texts are truncated to
   * @param prompts the model's prompts
   * @param batchTokens tokens per batch, padding included
   * @param threads the number of threads that the backend uses
   */
  @SuppressWarnings("exports") // for this project's own modules
  public SentenceEmbedder(
      Backend backend,
      SentenceModel model,
      TextTokenizer tokenizer,
      int maxLength,
      Prompts prompts,
      int batchTokens,
      int threads) {
    this.program =
        backend.compile(
            model,
            prompts.pooled() ? SentenceModel.signature() : SentenceModel.signatureWithPrompt());
    this.encoder = model.encoder();
    this.pooler = model.pooler();
    this.tokenizer = tokenizer;
    this.maxLength = maxLength;
    this.prompts = prompts;
    this.batchTokens = batchTokens;
    this.workers = Workers.of(backend, threads);
  }

  /**
   * Embeds texts in windows: while one is computed, the next is read and tokenized.
   *
   * @param sink receives each text, without the prompt, and its vector {@code [D]}, in input order,
   *     on the calling thread
   * @param progress receives the number of texts of each batch, on the calling thread
   * @throws InvalidInputException if the model has no such prompt
   */
  public EmbeddingReport embed(
      Iterator<String> texts,
      Prompt prompt,
      BiConsumer<String, float[]> sink,
      IntConsumer progress) {
    String before = prompt.resolve(prompts);
    Map<String, HostTensor> promptTokens = promptTokens(before);
    EmbeddingReport report = new EmbeddingReport(0, 0, 0);
    Deque<Window> started = new ArrayDeque<>();
    try {
      while (texts.hasNext() || !started.isEmpty()) {
        if (texts.hasNext()) {
          started.add(start(next(texts), before, promptTokens, !texts.hasNext()));
        }
        if (started.size() > 1 || !texts.hasNext()) {
          Window window = started.element();
          window.finish(sink, progress);
          report = report.plus(window.report());
          started.remove();
        }
      }
    } finally {
      started.forEach(Window::cancel);
    }
    return report;
  }

  private static List<String> next(Iterator<String> texts) {
    List<String> window = new ArrayList<>();
    while (window.size() < WINDOW && texts.hasNext()) {
      window.add(Objects.requireNonNull(texts.next(), "a text is null"));
    }
    return window;
  }

  /**
   * Returns the inputs beside the batch: the number of prompt tokens that are not pooled, if
   * supported.
   */
  private Map<String, HostTensor> promptTokens(String prompt) {
    if (prompts.pooled()) {
      return Map.of();
    }
    int count = 0;
    if (!prompt.isEmpty()) {
      int[] ids = tokenizer.encode(List.of(prompt), Integer.MAX_VALUE).get(0).tokens().ids();
      // The special token at its end comes after the text, not after the prompt.
      count = ids.length - (tokenizer.specialIds().contains(ids[ids.length - 1]) ? 1 : 0);
    }
    return Map.of(SentenceModel.PROMPT, HostTensor.of(new long[] {count}, 1));
  }

  /**
   * Tokenizes texts and starts to embed them.
   *
   * @param last whether they are the last: if they are one batch too, nothing runs beside it
   */
  private Window start(
      List<String> texts, String prompt, Map<String, HostTensor> promptTokens, boolean last) {
    List<Encoded> encoded =
        tokenizer.encode(
            prompt.isEmpty() ? texts : texts.stream().map(prompt::concat).toList(), maxLength);
    List<TokenSequence> sequences =
        encoded.stream().map(text -> checked(pooler.prepare(text.tokens()))).toList();
    List<List<Integer>> plan =
        BatchPlan.of(
            sequences.stream().mapToInt(TokenSequence::length).toArray(),
            batchTokens,
            workers.count());
    boolean alone = last && plan.size() == 1;
    float[][] vectors = new float[texts.size()][];
    Function<List<Integer>, Runnable> work =
        batch ->
            () ->
                scatter(
                    run(
                        batch.stream().map(sequences::get).toList(),
                        promptTokens,
                        alone ? workers.threads() : workers.threadsEach()),
                    batch,
                    vectors);
    return Window.start(
        texts,
        vectors,
        plan,
        work,
        alone ? Runnable::run : workers.executor(),
        new EmbeddingReport(
            texts.size(),
            sequences.stream().mapToLong(TokenSequence::length).sum(),
            encoded.stream().filter(text -> text.cut() > 0).count()));
  }

  private float[] run(
      List<TokenSequence> batch, Map<String, HostTensor> promptTokens, int threads) {
    Map<String, HostTensor> inputs = new HashMap<>(promptTokens);
    inputs.putAll(PaddedBatch.of(encoder, batch).inputs());
    return Objects.requireNonNull(program.run(inputs, 0, threads).get(SentenceModel.EMBEDDING))
        .toFloats();
  }

  private static void scatter(float[] rows, List<Integer> batch, float[][] vectors) {
    int width = rows.length / batch.size();
    for (int row = 0; row < batch.size(); row++) {
      vectors[batch.get(row)] = Arrays.copyOfRange(rows, row * width, (row + 1) * width);
    }
  }

  private TokenSequence checked(TokenSequence tokens) {
    for (int id : tokens.ids()) {
      if (id < 0 || id >= encoder.vocabularySize()) {
        throw new InvalidInputException(
            "The tokenizer gives the token id %d, but the model's vocabulary has %d entries: tokenizer and weights do not belong together."
                .formatted(id, encoder.vocabularySize()));
      }
    }
    if (tokens.length() > encoder.maxTokens()) {
      throw new InvalidInputException(
          "A text has %d tokens after the pooler's prompt, but the model has positions for %d."
              .formatted(tokens.length(), encoder.maxTokens()));
    }
    return tokens;
  }
}
