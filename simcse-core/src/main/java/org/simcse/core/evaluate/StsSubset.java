package org.simcse.core.evaluate;

import java.util.List;

/**
 * A part of an STS task: the pairs of one or several files of one form.
 *
 * @param name the name in results, such as {@code MSRpar} or {@code test}
 * @param files the files, relative to the directory of the data
 * @param form how pairs are stored in them
 */
record StsSubset(String name, List<StsFile> files, Form form) {
  /** How pairs and scores are stored. */
  enum Form {
    /** Two tab-separated texts per line in one file, a score per line, or none, in another. */
    INPUT_AND_SCORES,
    /** {@code genre, file, year, number, score, text, text}, without a header. */
    STS_BENCHMARK,
    /** {@code number, text, text, relatedness, entailment}, with a header or without. */
    SICK
  }

  /**
   * A file of a subset, with its name in each of the two layouts in use.
   *
   * @param senteval its path in SentEval's {@code data/downstream}
   * @param flat its path where each task has a folder of its own, with the organizers' file names
   */
  record StsFile(String senteval, String flat) {}

  /** Returns a subset of a SemEval task of 2012 to 2016. */
  static StsSubset semEval(int year, String name) {
    String senteval = "STS/STS%d-en-test/STS.%%s.%s.txt".formatted(year, name);
    String flat = "STS%d/%s.%%s.%s.txt".formatted(year, year == 16 ? "STS2016" : "STS", name);
    return new StsSubset(
        name,
        List.of(
            new StsFile(senteval.formatted("input"), flat.formatted("input")),
            new StsFile(senteval.formatted("gs"), flat.formatted("gs"))),
        Form.INPUT_AND_SCORES);
  }

  /** Returns a split of STS-Benchmark: train, dev or test. */
  static StsSubset stsBenchmark(String split) {
    String file = "STSBenchmark/sts-%s.csv".formatted(split);
    return new StsSubset(split, List.of(new StsFile("STS/" + file, file)), Form.STS_BENCHMARK);
  }

  /** Returns a split of SICK: train, dev (which its authors call trial) or test. */
  static StsSubset sick(String split) {
    String file =
        switch (split) {
          case "train" -> "SICK/SICK_train.txt";
          case "dev" -> "SICK/SICK_trial.txt";
          default -> "SICK/SICK_test_annotated.txt";
        };
    return new StsSubset(split, List.of(new StsFile(file, file)), Form.SICK);
  }
}
