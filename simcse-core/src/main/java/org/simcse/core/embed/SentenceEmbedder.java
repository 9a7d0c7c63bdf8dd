package org.simcse.core.embed;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
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
 * Groups texts into batches of similar length, runs them, and returns the vectors in input order.
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
  public static final int DEFAULT_BATCH_TOKENS = 1024;

  /**
   * The number of texts that are sorted by length together: enough for even batches, few enough to
   * hold in memory.
   */
  private static final int WINDOW = 2048;

  private final Program program;
  private final Encoder encoder;
  private final Pooler pooler;
  private final TextTokenizer tokenizer;
  private final int maxLength;
  private final Prompts prompts;
  private final int batchTokens;

  /**
   * Compiles a model.
   *
   * @param backend the backend that holds the model's parameters
   * @param model the computation of vectors
   * @param maxLength the number of tokens that texts are truncated to
   * @param prompts the model's prompts
   * @param batchTokens tokens per batch, padding included
   */
  @SuppressWarnings("exports") // for this project's own modules
  public SentenceEmbedder(
      Backend backend,
      SentenceModel model,
      TextTokenizer tokenizer,
      int maxLength,
      Prompts prompts,
      int batchTokens) {
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
  }

  /**
   * Embeds texts in windows.
   *
   * @param sink receives each text, without the prompt, and its vector {@code [D]}, in input order,
   *     on the calling thread
   * @param progress receives the number of texts of each batch
   * @throws InvalidInputException if the model has no such prompt
   */
  public EmbeddingReport embed(
      Iterator<String> texts,
      Prompt prompt,
      BiConsumer<String, float[]> sink,
      IntConsumer progress) {
    String before = prompt.resolve(prompts);
    EmbeddingReport report = new EmbeddingReport(0, 0, 0);
    List<String> window = new ArrayList<>();
    while (texts.hasNext()) {
      window.add(Objects.requireNonNull(texts.next(), "a text is null"));
      if (window.size() == WINDOW || !texts.hasNext()) {
        report = report.plus(embedWindow(window, before, sink, progress));
        window.clear();
      }
    }
    return report;
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

  private EmbeddingReport embedWindow(
      List<String> texts, String prompt, BiConsumer<String, float[]> sink, IntConsumer progress) {
    Map<String, HostTensor> promptTokens = promptTokens(prompt);
    List<Encoded> encoded =
        tokenizer.encode(
            prompt.isEmpty() ? texts : texts.stream().map(prompt::concat).toList(), maxLength);
    List<TokenSequence> sequences =
        encoded.stream().map(text -> checked(pooler.prepare(text.tokens()))).toList();
    float[][] vectors = new float[texts.size()][];
    Integer[] byLength = IntStream.range(0, texts.size()).boxed().toArray(Integer[]::new);
    Arrays.sort(byLength, Comparator.comparingInt(i -> -sequences.get(i).length()));
    for (int from = 0; from < byLength.length; ) {
      int longest = sequences.get(byLength[from]).length();
      int to = Math.min(byLength.length, from + Math.max(1, batchTokens / longest));
      List<Integer> batch = Arrays.asList(byLength).subList(from, to);
      Map<String, HostTensor> inputs = new HashMap<>(promptTokens);
      inputs.putAll(PaddedBatch.of(encoder, batch.stream().map(sequences::get).toList()).inputs());
      HostTensor result = Objects.requireNonNull(program.run(inputs).get(SentenceModel.EMBEDDING));
      scatter(result.toFloats(), batch, vectors);
      progress.accept(batch.size());
      from = to;
    }
    for (int i = 0; i < vectors.length; i++) {
      sink.accept(texts.get(i), vectors[i]);
    }
    return new EmbeddingReport(
        texts.size(),
        sequences.stream().mapToLong(TokenSequence::length).sum(),
        encoded.stream().filter(text -> text.cut() > 0).count());
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
