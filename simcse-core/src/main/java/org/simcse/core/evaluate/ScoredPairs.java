package org.simcse.core.evaluate;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.io.Sha256;
import org.simcse.core.table.TextFormat;

/**
 * Pairs of texts, each with a score for how similar people find them.
 *
 * <p>The development sets that the reference chooses its best checkpoint by are read from a
 * directory as SentEval (Conneau and Kiela 2018) lays it out. Their texts are split at white space
 * and joined again by one space, as SentEval does.
 *
 * @param metric the name of the metric that these pairs give, such as {@code eval_stsb_spearman}
 * @param source where the pairs come from, for people: a file, and which of its columns
 * @param first one text of each pair
 * @param second the other
 * @param scores finite, on any scale; a higher score is a more similar pair. Not to be changed.
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
   * Checks that every pair has both texts and a score.
   *
   * @throws IllegalArgumentException if there is no pair, or something is missing or not finite
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

  /** Pairs that do not come from a file. */
  public ScoredPairs(String metric, List<String> first, List<String> second, double[] scores) {
    this(metric, "pairs for " + metric, first, second, scores);
  }

  /**
   * Those of the two development sets that a SentEval directory has: STS-Benchmark's {@code
   * sts-dev.csv} and SICK's {@code SICK_trial.txt}, in this order.
   *
   * @param directory the one that holds {@code STS} and {@code SICK}
   * @throws InvalidInputException if it has neither, or a row is damaged; the message names the
   *     file and the line
   */
  public static List<ScoredPairs> developmentSets(Path directory) {
    return SentEvalFiles.developmentSets(directory);
  }

  /**
   * Reads a file of the user's own, whose texts are taken as they stand.
   *
   * @param columns the columns of the two texts and of the score, by name, or by number from 1; if
   *     there are none, those with the usual names ({@link org.simcse.core.table.ColumnKind}), such
   *     as {@code sentence1}, {@code sentence2} and {@code score}, or else the columns of a file
   *     that has three
   * @throws InvalidInputException if the file does not exist, has no pair, lacks a column, a row is
   *     damaged, or it is not clear which columns are meant; the message names the file and the
   *     line
   */
  public static ScoredPairs read(Path file, TextFormat format, List<String> columns) {
    return ScoredPairsReader.read(
        file,
        format,
        FILE,
        header -> ScoreColumns.find(header, columns, file.toString()),
        text -> text);
  }

  /** The SHA-256 of texts and scores, in hexadecimal. */
  String sha256() {
    MessageDigest digest = Sha256.digest();
    for (int i = 0; i < scores.length; i++) {
      String pair = first.get(i) + '\0' + second.get(i) + '\0' + scores[i] + '\n';
      digest.update(pair.getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The number of pairs. */
  public int size() {
    return scores.length;
  }
}
