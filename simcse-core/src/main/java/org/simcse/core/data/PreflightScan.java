package org.simcse.core.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.simcse.core.io.Sha256;
import org.simcse.core.table.TextTable;
import org.simcse.core.tokenize.Encoded;
import org.simcse.core.tokenize.TextTokenizer;

/** The single pass over a file that computes a {@link Preflight}. */
final class PreflightScan {
  /** The number of texts tokenized together, by all of the tokenizer's threads. */
  private static final int CHUNK = 4096;

  private final TrainingFile file;
  private final TextTokenizer tokenizer;
  private final int maxLength;
  private final MessageDigest textDigest = Sha256.digest();
  private final List<String> chunk = new ArrayList<>(CHUNK);
  private final Hashes anchors = new Hashes();
  private final Hashes positives = new Hashes();
  private int rows;
  private long blankTexts;
  private long texts;
  private long truncated;
  private long tokens;
  private int longest;

  PreflightScan(TrainingFile file, TextTokenizer tokenizer, int maxLength) {
    this.file = file;
    this.tokenizer = tokenizer;
    this.maxLength = maxLength;
  }

  Preflight run() {
    MessageDigest digest = Sha256.digest();
    InputStream bytes = new DigestInputStream(TextTable.stream(file.path()), digest);
    try (ExampleReader examples = file.open(bytes)) {
      examples.forEachRemaining(this::add);
      tokenize();
      bytes.transferTo(OutputStream.nullOutputStream()); // what may follow packed text
      return new Preflight(
          file.path(),
          Files.size(file.path()),
          HexFormat.of().formatHex(digest.digest()),
          file.format().described(),
          examples.columns(),
          read(examples.valueColumns()),
          examples.unusedColumns(),
          rows,
          examples.dropped(),
          blankTexts,
          anchors.duplicates(),
          positives.duplicates(),
          Math.max(anchors.mostFrequent(), positives.mostFrequent()),
          new Preflight.TokenLengths(maxLength, texts, truncated, longest, (double) tokens / texts),
          examples.warnings());
    } catch (IOException e) {
      throw new UncheckedIOException(file.path() + " cannot be read: " + e.getMessage(), e);
    }
  }

  private List<String> read(List<String> columns) {
    return IntStream.range(0, columns.size())
        .mapToObj(i -> "%s (%s)".formatted(columns.get(i), file.read().get(i).name()))
        .toList();
  }

  private void add(Example example) {
    blankTexts += example.blankTexts();
    if (rows < Preflight.SAMPLE) {
      chunk.addAll(example.texts());
      if (chunk.size() >= CHUNK) {
        tokenize();
      }
    }
    anchors.add(hash(example.texts().get(0)));
    if (example.texts().size() > 1) {
      positives.add(hash(example.texts().get(1)));
    }
    rows++;
  }

  private void tokenize() {
    for (Encoded encoded : tokenizer.encode(chunk, maxLength)) {
      int length = encoded.tokens().length() + encoded.cut();
      texts++;
      tokens += length;
      longest = Math.max(longest, length);
      truncated += encoded.truncated() ? 1 : 0;
    }
    chunk.clear();
  }

  /**
   * Returns 64 bits of SHA-256: among a million distinct texts, a collision has a probability of
   * 3e-8.
   */
  private long hash(String text) {
    return ByteBuffer.wrap(textDigest.digest(text.getBytes(StandardCharsets.UTF_8))).getLong();
  }

  /** The hashes of the texts of a column. */
  private static final class Hashes {
    private long[] values = new long[1024];
    private int size;

    void add(long value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, size + (size >> 1));
      }
      values[size++] = value;
    }

    /** Returns how often the most frequent text occurs; after {@link #duplicates}. */
    long mostFrequent() {
      long most = 0;
      long equal = 0;
      for (int i = 0; i < size; i++) {
        equal = i > 0 && values[i] == values[i - 1] ? equal + 1 : 1;
        most = Math.max(most, equal);
      }
      return most;
    }

    /** Returns the number of texts that equal an earlier one; sorts the hashes. */
    long duplicates() {
      Arrays.sort(values, 0, size);
      long duplicates = 0;
      for (int i = 1; i < size; i++) {
        duplicates += values[i] == values[i - 1] ? 1 : 0;
      }
      return duplicates;
    }
  }
}
