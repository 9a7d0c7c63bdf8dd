package org.simcse.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.simcse.core.modeldir.ModelDirectory;
import org.simcse.core.tokenize.Encoded;
import org.simcse.core.tokenize.TextTokenizer;

/**
 * Texts that no contender truncates, so that all have the same tokens to work on.
 *
 * @param texts at most {@link #MAX_LENGTH} tokens each
 * @param lengths their numbers of tokens, special ones included
 */
record Corpus(List<String> texts, List<Integer> lengths) {
  /** The most tokens of a text. */
  static final int MAX_LENGTH = 128;

  /** The first lines of a UTF-8 file; one that is too long loses words at its end. */
  static Corpus read(Path file, int lines) throws IOException {
    List<String> texts = new ArrayList<>();
    List<Integer> lengths = new ArrayList<>();
    try (TextTokenizer tokenizer = tokenizer();
        Stream<String> all = Files.lines(file)) {
      for (String line : all.filter(text -> !text.isBlank()).limit(lines).toList()) {
        String text = line;
        Encoded encoded = encode(tokenizer, text);
        while (encoded.truncated()) {
          text = text.substring(0, text.stripTrailing().lastIndexOf(' '));
          encoded = encode(tokenizer, text);
        }
        texts.add(text);
        lengths.add(encoded.tokens().length());
      }
    }
    return new Corpus(List.copyOf(texts), List.copyOf(lengths));
  }

  private static Encoded encode(TextTokenizer tokenizer, String text) {
    return tokenizer.encode(List.of(text), MAX_LENGTH).get(0);
  }

  /** The embedded model's tokenizer. */
  static TextTokenizer tokenizer() {
    return TextTokenizer.open(ModelDirectory.embeddedDefault().tokenizer(), Throughput.THREADS);
  }

  /** The mean number of tokens of a text, rounded. */
  int meanLength() {
    return (int) Math.round(lengths.stream().mapToInt(Integer::intValue).average().orElseThrow());
  }
}
