package org.simcse.core.tokenize;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.simcse.api.engine.NativeFiles;
import org.simcse.api.error.BackendException;
import org.simcse.api.error.CheckpointException;
import org.simcse.api.spi.ContextLoader;

/**
 * A tokenizer in the native library. Encoding is thread-safe; no method may be called after
 * closing.
 */
final class NativeTokenizer {
  static {
    // Before the first class of DJL that reads them: no telemetry, no download of native libraries.
    // Offline,
    // a machine with CUDA too gets the library that is in the jar.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    NativeFiles.place("DJL_CACHE_DIR", "djl");
    NativeFiles.place("jna.tmpdir", "jna");
  }

  /** The caller pads and truncates, whatever the file specifies. */
  private static final Map<String, String> OPTIONS =
      Map.of("padding", "false", "truncation", "false");

  private static final int REPLACEMENT_CHARACTER = 0xFFFD;

  private final HuggingFaceTokenizer tokenizer;
  private final String source;

  private NativeTokenizer(HuggingFaceTokenizer tokenizer, String source) {
    this.tokenizer = tokenizer;
    this.source = source;
  }

  /**
   * Loads a {@code tokenizer.json}, named {@code source} in messages.
   *
   * @throws CheckpointException if the library rejects it
   * @throws BackendException if there is no native library for this platform
   */
  static NativeTokenizer load(String json, String source) {
    InputStream bytes = new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8));
    try {
      return ContextLoader.of(NativeTokenizer.class, () -> open(bytes, source));
    } catch (EngineException | LinkageError e) {
      throw new BackendException(
          "The native library of the tokenizers could not be loaded (%s). It comes with ai.djl.huggingface:tokenizers, for Linux and macOS on x86_64 or aarch64 and Windows on x86_64; RUST_LIBRARY_PATH, if set, must name a file that exists."
              .formatted(rootMessage(e)),
          e);
    } catch (RuntimeException e) {
      throw new CheckpointException(
          "%s is not a tokenizer that can be loaded: %s.".formatted(source, e.getMessage()), e);
    }
  }

  private static NativeTokenizer open(InputStream json, String source) {
    try {
      return new NativeTokenizer(HuggingFaceTokenizer.newInstance(json, OPTIONS), source);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // cannot happen: it is an array
    }
  }

  /**
   * Returns all tokens of a text, special ones included.
   *
   * @throws CheckpointException if the vocabulary has neither a word nor a token for unknown words
   */
  Encoding encode(String text) {
    String wellFormed = wellFormed(text);
    try {
      return tokenizer.encode(wellFormed);
    } catch (RuntimeException e) {
      throw new CheckpointException(
          "%s cannot tokenise the text '%s': %s."
              .formatted(
                  source, wellFormed.substring(0, Math.min(40, text.length())), e.getMessage()),
          e);
    }
  }

  void close() {
    tokenizer.close();
  }

  /** Replaces unpaired surrogates, which have no UTF-8 and would corrupt the whole text. */
  private static String wellFormed(String text) {
    if (text.chars().noneMatch(c -> Character.isSurrogate((char) c))) {
      return text;
    }
    StringBuilder result = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> Character.getType(c) == Character.SURROGATE ? REPLACEMENT_CHARACTER : c)
        .forEach(result::appendCodePoint);
    return result.toString();
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.toString();
  }
}
