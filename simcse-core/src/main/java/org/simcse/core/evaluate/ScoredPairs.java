package org.simcse.core.evaluate;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.io.Sha256;
import org.simcse.core.table.FormatOptions;
import org.simcse.core.table.TextFormat;

/**
 * Pairs of texts with human similarity scores.
 *
 * <p>The development sets by which the reference selects its best checkpoint are read from a
 * directory laid out as in SentEval (Conneau and Kiela 2018). Their texts are split at white space
 * and joined by a single space, as in SentEval.
 *
 * @param metric the name of the metric of these pairs, such as {@code eval_stsb_spearman}
 * @param source where the pairs come from, for display: a file and its columns
 * @param first the first text of each pair
 * @param second the second text of each pair
 * @param scores finite, on any scale; a higher score means a more similar pair. Must not be
 *     modified.
 * @since 0.1.0
 */
public record ScoredPairs(
    String metric, String source, List<String> first, List<String> second, double[] scores) {
  /** The metric of STS-Benchmark's development set. */
  public static final String STSB = "eval_stsb_spearman";

  /** The metric of SICK-R's development set. */
  public static final String SICKR = "eval_sickr_spearman";

  /** The metric of a file of the user's own. */
  public static final String FILE = "eval_spearman";

  /**
   * Validates that every pair has both texts and a score.
   *
   * @throws IllegalArgumentException if there are no pairs, or a value is missing or not finite
   */
  public ScoredPairs {
    first = List.copyOf(first);
    second = List.copyOf(second);
    scores = scores.clone();
    if (first.isEmpty() || first.size() != second.size() || first.size() != scores.length) {
      throw new IllegalArgumentException(
          "%s: %d and %d texts and %d scores are no pairs."
              .formatted(metric, first.size(), second.size(), scores.length));
    }
    if (!Arrays.stream(scores).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException(metric + ": a score is not finite.");
    }
  }

  /** Creates pairs that do not come from a file. */
  public ScoredPairs(String metric, List<String> first, List<String> second, double[] scores) {
    this(metric, "pairs for " + metric, first, second, scores);
  }

  /**
   * Returns those of the two development sets that a SentEval directory contains: STS-Benchmark's
   * {@code sts-dev.csv} and SICK's {@code SICK_trial.txt}, in this order.
   *
   * @param directory the directory that contains {@code STS} and {@code SICK}
   * @throws InvalidInputException if it contains neither, or a row is malformed; the message names
   *     the file and the line
   */
  public static List<ScoredPairs> developmentSets(Path directory) {
    return StsFiles.developmentSets(directory);
  }

  /**
   * Reads a user's file; its texts are used unchanged.
   *
   * @param columns the columns of the two texts and of the score, by name, or by number from 1; if
   *     empty, those with the usual names ({@link org.simcse.core.table.ColumnKind}), such as
   *     {@code sentence1}, {@code sentence2} and {@code score}, or the columns of a file that has
   *     three
   * @throws InvalidInputException if the file does not exist, has no pair, lacks a column, a row is
   *     malformed, or the choice of columns is ambiguous; the message names the file and the line
   */
  public static ScoredPairs read(Path file, TextFormat format, List<String> columns) {
    return ScoredPairsReader.read(file, format, columns);
  }

  /**
   * Reads a user's file in the format that the options, or else its extension, specify; a file
   * without either is tab-separated, without a header.
   *
   * @throws InvalidInputException as {@link #read(Path, TextFormat, List)} does
   */
  public static ScoredPairs read(Path file, FormatOptions options, List<String> columns) {
    TextFormat tabs = TextFormat.of(TextFormat.Kind.TSV).withoutHeader();
    return read(file, options.of(Optional.of(file), tabs), columns);
  }

  /** Returns the SHA-256 of texts and scores, in hexadecimal. */
  String sha256() {
    MessageDigest digest = Sha256.digest();
    for (int i = 0; i < scores.length; i++) {
      String pair = first.get(i) + '\0' + second.get(i) + '\0' + scores[i] + '\n';
      digest.update(pair.getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Returns the number of pairs. */
  public int size() {
    return scores.length;
  }
}
