package org.simcse.core.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.tokenize.TextTokenizer;

/**
 * What is known of a training file before any weight is touched.
 *
 * @param path the file
 * @param bytes its size
 * @param sha256 its SHA-256, in hexadecimal; of the file as it is, packed or not
 * @param format how it was read, for people
 * @param columns the columns used, in the order of an example's texts
 * @param unusedColumns the others
 * @param rows the number of examples
 * @param droppedRows rows that were left out because a text in them is blank
 * @param blankTexts blank texts in the examples; their vectors are all the same
 * @param duplicateAnchors examples whose anchor was the anchor of an earlier one; two of them in a
 *     batch are false negatives of each other
 * @param duplicatePositives examples whose positive was that of an earlier one; likewise
 * @param tokens the lengths of the texts
 * @param warnings what a user should know of how the file was read, in sentences
 */
public record Preflight(
    Path path,
    long bytes,
    String sha256,
    String format,
    List<String> columns,
    List<String> unusedColumns,
    long rows,
    long droppedRows,
    long blankTexts,
    long duplicateAnchors,
    long duplicatePositives,
    TokenLengths tokens,
    List<String> warnings) {
  /** Examples whose texts are tokenised; those of larger files stand for the rest. */
  public static final int SAMPLE = 100_000;

  /**
   * How long texts are in tokens, special tokens included.
   *
   * @param maxLength the most tokens that a text keeps
   * @param texts how many texts were looked at: all of the first {@link #SAMPLE} examples
   * @param truncated how many of them are longer than {@code maxLength}
   * @param longest the tokens of the longest one, before it is cut
   * @param mean their mean number of tokens, before they are cut
   */
  public record TokenLengths(int maxLength, long texts, long truncated, int longest, double mean) {
    /** The share of the texts that are cut, from 0 to 1. */
    public double truncationRate() {
      return (double) truncated / texts;
    }
  }

  /** Copies the lists. */
  public Preflight {
    columns = List.copyOf(columns);
    unusedColumns = List.copyOf(unusedColumns);
    warnings = List.copyOf(warnings);
  }

  /**
   * Reads the whole file once. Needs memory for 16 bytes an example.
   *
   * @param maxLength the most tokens that a text will keep
   * @throws InvalidInputException if there is no example, a row is damaged, or {@code maxLength}
   *     leaves no room for the special tokens
   */
  public static Preflight of(TrainingFile file, TextTokenizer tokenizer, int maxLength) {
    return new PreflightScan(file, tokenizer, maxLength).run();
  }

  /** Whether the lengths are those of the file's first examples only. */
  public boolean sampled() {
    return rows > SAMPLE;
  }

  /** A table of two columns, a line each, for people to read. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(line("file", "%s, %,d bytes", path, bytes));
    lines.add(line("sha256", "%s", sha256));
    lines.add(line("format", "%s", format));
    lines.add(line("columns", "%s", String.join(", ", described())));
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
