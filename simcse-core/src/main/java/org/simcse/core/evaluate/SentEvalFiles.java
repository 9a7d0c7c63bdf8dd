package org.simcse.core.evaluate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.table.TextFormat;
import org.simcse.core.table.TextFormat.Kind;

/** Reads development sets as SentEval's {@code sts.py} and {@code sick.py} do. */
final class SentEvalFiles {
  private static final String STSB = "STS/STSBenchmark/sts-dev.csv";
  private static final String SICK = "SICK/SICK_trial.txt";

  /**
   * The separators of Python's {@code str.split()}: Unicode white space and four more characters.
   */
  private static final Pattern WHITE_SPACE = Pattern.compile("(?U)[\\s\\x1c-\\x1f]+");

  private SentEvalFiles() {}

  static List<ScoredPairs> developmentSets(Path directory) {
    List<ScoredPairs> sets = new ArrayList<>();
    // Some rows have the sources' licences after the columns that are read.
    TextFormat tabs = TextFormat.of(Kind.TSV).withHeader().withAnyWidth();
    if (Files.exists(directory.resolve(STSB))) {
      // genre, file, year, number, score, text, text; despite its name separated by tabs
      ScoreColumns columns = new ScoreColumns(5, 6, 4);
      sets.add(read(directory.resolve(STSB), tabs.withoutHeader(), ScoredPairs.STSB, columns));
    }
    if (Files.exists(directory.resolve(SICK))) {
      // number, text, text, relatedness, entailment
      ScoreColumns columns = new ScoreColumns(1, 2, 3);
      sets.add(read(directory.resolve(SICK), tabs, ScoredPairs.SICKR, columns));
    }
    if (sets.isEmpty()) {
      throw new InvalidInputException(
          "%s has neither %s nor %s; give the directory of SentEval's data that holds STS and SICK (data/downstream)."
              .formatted(directory, STSB, SICK));
    }
    return List.copyOf(sets);
  }

  private static ScoredPairs read(
      Path file, TextFormat format, String metric, ScoreColumns columns) {
    return ScoredPairsReader.read(
        file, format, metric, header -> columns, SentEvalFiles::normalizeSpace);
  }

  private static String normalizeSpace(String text) {
    return WHITE_SPACE.matcher(text).replaceAll(" ").strip();
  }
}
