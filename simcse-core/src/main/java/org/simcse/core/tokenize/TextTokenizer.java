package org.simcse.core.tokenize;

import ai.djl.huggingface.tokenizers.Encoding;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.simcse.api.TokenSequence;
import org.simcse.api.engine.Lifecycle;
import org.simcse.api.error.BackendException;
import org.simcse.api.error.CheckpointException;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.io.Json;
import org.simcse.core.modeldir.TokenizerFiles;

/**
 * Turns texts into token ids, exactly as Hugging Face's fast tokenizers do.
 *
 * <pre>{@code
 * try (var tokenizer = TextTokenizer.open(ModelDirectory.open(path).tokenizer(), 2)) {
 *   int[] ids = tokenizer.encode(List.of("A man plays."), 128).get(0).tokens().ids();
 * }
 * }</pre>
 *
 * <p>Any Java string is valid: the empty one has special tokens only, and an unpaired surrogate
 * counts as U+FFFD.
 *
 * <p>Thread-safe. The caller closes it; closing waits for running calls, and later calls throw
 * {@link IllegalStateException}.
 */
public final class TextTokenizer implements AutoCloseable {
  /** Enough texts to be worth another thread, few enough to balance the load. */
  private static final int SLICE = 64;

  /** BERT's mask token; in {@link #unframed} it stands for that of every tokenizer. */
  private static final String MASK = "[MASK]";

  private final Lifecycle lifecycle = Lifecycle.of("tokenizer");
  private final NativeTokenizer tokenizer;
  private final ExecutorService workers;
  private final int leading;
  private final int trailing;
  private final int paddingId;
  private final Optional<String> mask;
  private final OptionalInt maskId;
  private final Set<Integer> specialIds;
  private final int vocabularySize;

  private TextTokenizer(JsonNode json, Vocabulary vocabulary, TokenizerFiles files, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads cannot tokenise; use at least 1.");
    }
    paddingId = vocabulary.require(named(files, "pad_token", "[PAD]", "<pad>"));
    mask =
        Stream.of(named(files, "mask_token", MASK, "<mask>"))
            .filter(vocabulary.ids()::containsKey)
            .findFirst();
    maskId = mask.map(vocabulary::find).orElse(OptionalInt.empty());
    vocabularySize = vocabulary.size();
    JsonNode whole = files.lowerCase() ? TokenizerJson.lowerCased(json) : json;
    tokenizer = NativeTokenizer.load(whole.toString(), vocabulary.source());
    Encoding example = tokenizer.encode("a");
    long[] special = example.getSpecialTokenMask();
    leading = (int) LongStream.of(special).takeWhile(flag -> flag == 1).count();
    trailing = (int) LongStream.of(special).sum() - leading;
    specialIds = Set.copyOf(withUnmarked(TokenizerJson.specialIds(json), example));
    workers = Executors.newFixedThreadPool(threads, TextTokenizer::daemon);
  }

  /** Returns the token that the files name for a role, then the usual ones. */
  private static String[] named(TokenizerFiles files, String role, String... usual) {
    return Stream.concat(files.specialToken(role).stream(), Stream.of(usual))
        .toArray(String[]::new);
  }

  /**
   * Opens a tokenizer. Truncation and padding in a {@code tokenizer.json} are ignored.
   *
   * @param threads how many threads share a call of {@link #encode}
   * @throws CheckpointException if a file is missing, damaged, or without the special tokens that a
   *     model needs
   * @throws BackendException if the native library cannot be loaded
   * @throws IllegalArgumentException if {@code threads} is below 1
   */
  public static TextTokenizer open(TokenizerFiles files, int threads) {
    if (files.vocabulary() instanceof TokenizerFiles.Whole whole) {
      return ofJson(Utf8File.text(whole.file()), whole.file().toString(), files, threads);
    }
    if (files.vocabulary() instanceof TokenizerFiles.WordPiece words) {
      Vocabulary vocabulary = Vocabulary.ofLines(words.file()).with(files.addedTokens());
      return new TextTokenizer(
          TokenizerJson.wordPieces(vocabulary, words, files), vocabulary, files, threads);
    }
    TokenizerFiles.ByteLevelBpe pairs = (TokenizerFiles.ByteLevelBpe) files.vocabulary();
    Vocabulary vocabulary = Vocabulary.ofObject(pairs.file()).with(files.addedTokens());
    return new TextTokenizer(
        TokenizerJson.bytePairs(vocabulary, pairs, files), vocabulary, files, threads);
  }

  /** Opens the text of a {@code tokenizer.json}, named {@code source} in messages. */
  static TextTokenizer ofJson(String json, String source, TokenizerFiles files, int threads) {
    JsonNode tokenizer = Json.tree(json, source);
    NativeGuard.check(tokenizer, source);
    return new TextTokenizer(tokenizer, Vocabulary.ofTokenizer(tokenizer, source), files, threads);
  }

  /**
   * Adds tokens that a file need not mark as special: those that frame a text, padding and mask.
   */
  private Set<Integer> withUnmarked(Set<Integer> marked, Encoding example) {
    Set<Integer> all = new HashSet<>(marked);
    all.add(paddingId);
    maskId.ifPresent(all::add);
    long[] special = example.getSpecialTokenMask();
    for (int i = 0; i < special.length; i++) {
      if (special[i] == 1) {
        all.add((int) example.getIds()[i]);
      }
    }
    return all;
  }

  /**
   * Returns the tokens of each text, in the order of the texts.
   *
   * @param maxLength the maximal number of tokens of a text, special ones included; a longer text
   *     keeps its first tokens, and the special tokens at the end
   * @throws InvalidInputException if {@code maxLength} leaves no room for the special tokens
   */
  public List<Encoded> encode(List<String> texts, int maxLength) {
    if (maxLength < leading + trailing) {
      throw new InvalidInputException(
          "The maximal length %d leaves no room for the %d special tokens of every text; use a larger one."
              .formatted(maxLength, leading + trailing));
    }
    List<String> copy = List.copyOf(texts);
    return lifecycle.shared(
        () -> copy.size() <= SLICE ? slice(copy, maxLength) : slices(copy, maxLength));
  }

  private List<Encoded> slices(List<String> texts, int maxLength) {
    List<CompletableFuture<List<Encoded>>> slices = new ArrayList<>();
    for (int start = 0; start < texts.size(); start += SLICE) {
      List<String> slice = texts.subList(start, Math.min(start + SLICE, texts.size()));
      slices.add(CompletableFuture.supplyAsync(() -> slice(slice, maxLength), workers));
    }
    try {
      // Waits for every slice, also when one fails or this thread is interrupted: none may be at
      // work once the lifecycle's lock, which keeps the native tokenizer open, is released.
      CompletableFuture.allOf(slices.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof CheckpointException refused) {
        throw refused;
      }
      throw e;
    }
    return slices.stream().map(CompletableFuture::join).flatMap(Collection::stream).toList();
  }

  private List<Encoded> slice(List<String> texts, int maxLength) {
    return texts.stream().map(text -> encode(text, maxLength)).toList();
  }

  private Encoded encode(String text, int maxLength) {
    Encoding encoding = tokenizer.encode(text);
    int length = encoding.getIds().length;
    int kept = Math.min(length, maxLength);
    TokenSequence tokens =
        new TokenSequence(cut(encoding.getIds(), kept), cut(encoding.getTypeIds(), kept));
    return new Encoded(tokens, length - kept);
  }

  /** Returns the first values and the last {@link #trailing} ones, {@code kept} in total. */
  private int[] cut(long[] values, int kept) {
    int[] result = new int[kept];
    for (int i = 0; i < kept; i++) {
      result[i] = (int) values[i < kept - trailing ? i : values.length - kept + i];
    }
    return result;
  }

  /**
   * Returns the ids of a text without the special tokens that frame every text. {@code [MASK]} in
   * it is the mask token, whatever that is called.
   *
   * @throws InvalidInputException if the text has a mask, and the vocabulary none
   */
  public int[] unframed(String text) {
    if (text.contains(MASK) && mask.isEmpty()) {
      throw new InvalidInputException(
          "The text '%s' has a mask token, but the model's tokenizer has neither [MASK] nor <mask>; choose a model that was pre-trained with it."
              .formatted(text));
    }
    String named = mask.map(token -> text.replace(MASK, token)).orElse(text);
    int[] ids = encode(List.of(named), Integer.MAX_VALUE).get(0).tokens().ids();
    return Arrays.copyOfRange(ids, leading, ids.length - trailing);
  }

  /** Returns the id that pads the rows of a batch to the longest. */
  public int paddingId() {
    return paddingId;
  }

  /** Returns the id of the mask token, if the vocabulary has one. */
  public OptionalInt maskId() {
    return maskId;
  }

  /**
   * Returns the ids of all special tokens: those that frame a text, padding, the mask, and all that
   * the files mark as special, such as the token for unknown words.
   */
  public Set<Integer> specialIds() {
    return specialIds;
  }

  /** Returns one more than the highest id, added tokens included. */
  public int vocabularySize() {
    return vocabularySize;
  }

  @Override
  public void close() {
    lifecycle.close(
        () -> {
          workers.shutdown();
          tokenizer.close();
        });
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "simcse-tokenizer");
    thread.setDaemon(true);
    return thread;
  }
}
