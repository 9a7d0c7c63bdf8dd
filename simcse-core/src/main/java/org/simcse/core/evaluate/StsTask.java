package org.simcse.core.evaluate;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A semantic textual similarity task: pairs of texts with human scores, in named subsets.
 *
 * @param name the name in results
 * @param aliases other names by which it may be chosen
 * @param subsets the subsets that take part, in order
 */
record StsTask(String name, Set<String> aliases, List<StsSubset> subsets) {
  /** Returns a task of SemEval's of 2012 to 2016. */
  static StsTask semEval(int year) {
    List<String> subsets =
        switch (year) {
          case 12 ->
              List.of("MSRpar", "MSRvid", "SMTeuroparl", "surprise.OnWN", "surprise.SMTnews");
          case 13 -> List.of("FNWN", "headlines", "OnWN"); // SMT is not licensed for general use
          case 14 ->
              List.of("deft-forum", "deft-news", "headlines", "images", "OnWN", "tweet-news");
          case 15 -> List.of("answers-forums", "answers-students", "belief", "headlines", "images");
          default ->
              List.of(
                  "answer-answer", "headlines", "plagiarism", "postediting", "question-question");
        };
    return new StsTask(
        "STS" + year,
        Set.of(),
        subsets.stream().map(subset -> StsSubset.semEval(year, subset)).toList());
  }

  /** Returns STS-Benchmark (Cer et al. 2017) with some of its splits: train, dev, test. */
  static StsTask stsBenchmark(String name, String... splits) {
    return new StsTask(
        name,
        Set.of("STS-B", "STSBenchmark"),
        Stream.of(splits).map(StsSubset::stsBenchmark).toList());
  }

  /** Returns SICK-R (Marelli et al. 2014) with some of its splits: train, dev, test. */
  static StsTask sick(String... splits) {
    return new StsTask(
        "SICK-R", Set.of("SICKRelatedness"), Stream.of(splits).map(StsSubset::sick).toList());
  }

  /** Returns whether a name, in any case and with or without hyphens, means this task. */
  boolean matches(String wanted) {
    return Stream.concat(Stream.of(name), aliases.stream())
        .anyMatch(known -> plain(known).equals(plain(wanted)));
  }

  private static String plain(String text) {
    return text.replace("-", "").toLowerCase(Locale.ROOT);
  }
}
