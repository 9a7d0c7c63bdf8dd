package org.simcse.core.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.tokenize.TextTokenizer;

/**
 * Statistics of a training file, collected before weights are loaded.
 *
 * @param path the file
 * @param bytes its size
 * @param sha256 its SHA-256, in hexadecimal; of the raw file, compressed or not
 * @param format how it was read, for display
 * @param columns the columns used, in the order of an example's texts
 * @param read the columns that the loss reads beside them, as {@code score (column)}
 * @param unusedColumns the other columns
 * @param rows the number of examples
 * @param droppedRows the number of rows dropped because of a blank text
 * @param blankTexts the number of blank texts in the examples; their vectors are all equal
 * @param duplicateAnchors the number of examples with the anchor of an earlier one; two of them in
 *     a batch are false negatives of each other
 * @param duplicatePositives the number of examples with the positive of an earlier one; likewise
 * @param mostRowsOfAText the number of examples with the most frequent anchor or positive
 * @param tokens the lengths of the texts
 * @param warnings warnings on how the file was read, as sentences
 */
public record Preflight(
    Path path,
    long bytes,
    String sha256,
    String format,
    List<String> columns,
    List<String> read,
    List<String> unusedColumns,
    long rows,
    long droppedRows,
    long blankTexts,
    long duplicateAnchors,
    long duplicatePositives,
    long mostRowsOfAText,
    TokenLengths tokens,
    List<String> warnings) {
  /**
   * The maximal number of examples whose texts are tokenized; in larger files they represent the
   * rest.
   */
  public static final int SAMPLE = 100_000;

  /**
   * Statistics of the lengths of texts in tokens, special tokens included.
   *
   * @param maxLength the number of tokens that texts are truncated to
   * @param texts the number of texts tokenized: all of the first {@link #SAMPLE} examples
   * @param truncated the number of them that are longer than {@code maxLength}
   * @param longest the number of tokens of the longest, before truncation
   * @param mean their mean number of tokens, before truncation
   */
  public record TokenLengths(int maxLength, long texts, long truncated, int longest, double mean) {
    /** Returns the fraction of the texts that are truncated, from 0 to 1. */
    public double truncationRate() {
      return (double) truncated / texts;
    }
  }

  /** Copies the lists. */
  public Preflight {
    columns = List.copyOf(columns);
    read = List.copyOf(read);
    unusedColumns = List.copyOf(unusedColumns);
    warnings = List.copyOf(warnings);
  }

  /**
   * Reads the whole file once. Needs 16 bytes of memory per example.
   *
   * @param maxLength the number of tokens that texts will be truncated to
   * @throws InvalidInputException if there is no example, a row is malformed, or {@code maxLength}
   *     leaves no room for the special tokens
   */
  public static Preflight of(TrainingFile file, TextTokenizer tokenizer, int maxLength) {
    return new PreflightScan(file, tokenizer, maxLength).run();
  }

  /** Returns whether the lengths are of the file's first examples only. */
  public boolean sampled() {
    return rows > SAMPLE;
  }

  /** Returns a table of two columns for display, one string per line. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(line("file", "%s, %,d bytes", path, bytes));
    lines.add(line("sha256", "%s", sha256));
    lines.add(line("format", "%s", format));
    lines.add(line("columns", "%s", String.join(", ", described())));
    if (!read.isEmpty()) {
      lines.add(line("read by the loss", "%s", String.join(", ", read)));
    }
    if (!unusedColumns.isEmpty()) {
      lines.add(line("unused columns", "%s", String.join(", ", unusedColumns)));
    }
    lines.add(line("rows", "%,d", rows));
    if (droppedRows > 0) {
      lines.add(line("dropped rows", "%,d with a blank text", droppedRows));
    }
    lines.add(line("blank texts", "%,d", blankTexts));
    lines.add(
        line("duplicate anchors", "%,d (%.2f%%)", duplicateAnchors, percent(duplicateAnchors)));
    if (columns.size() > 1) {
      lines.add(
          line(
              "duplicate positives",
              "%,d (%.2f%%)",
              duplicatePositives,
              percent(duplicatePositives)));
    }
    lines.add(
        line(
            "tokens", "mean %.1f, longest %,d%s", tokens.mean(), tokens.longest(), sampleRemark()));
    lines.add(
        line(
            "truncated",
            "%,d of %,d texts (%.2f%%) at %d tokens",
            tokens.truncated(),
            tokens.texts(),
            100 * tokens.truncationRate(),
            tokens.maxLength()));
    return lines;
  }

  private String sampleRemark() {
    return sampled() ? String.format(Locale.ROOT, ", of the first %,d rows", SAMPLE) : "";
  }

  private double percent(long count) {
    return 100.0 * count / rows;
  }

  private List<String> described() {
    List<String> roles = Example.roles(columns.size());
    return IntStream.range(0, columns.size())
        .mapToObj(i -> "%s (%s)".formatted(columns.get(i), roles.get(i)))
        .toList();
  }

  private static String line(String name, String format, Object... values) {
    return String.format(Locale.ROOT, "%-20s", name) + String.format(Locale.ROOT, format, values);
  }
}
