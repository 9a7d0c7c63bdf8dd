package org.simcse.core.evaluate;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A named way to evaluate semantic textual similarity: its tasks, their pairs, and how texts are
 * read. Results of different protocols are not comparable.
 *
 * @since 0.1.0
 */
public enum StsProtocol {
  /**
   * The seven tasks of the tables in SimCSE's paper (Gao et al. 2021, Table 5): STS12 to STS16 with
   * all subsets concatenated, and the test sets of STS-Benchmark and SICK-R. Texts are split at
   * white space and joined by one space, as in SentEval (Conneau and Kiela 2018).
   */
  SIMCSE,

  /**
   * The tasks of MTEB(eng, v2) among those that a directory of STS data contains: STS12 to STS15,
   * STSBenchmark's test set, and all of SICK (9,927 pairs, not only the test set). Texts are used
   * unchanged. BIOSSES, STS17 and STS22.v2, which that benchmark has too, are not part of it, and
   * so its average is not that of the benchmark's leaderboard.
   */
  MTEB,

  /**
   * The development sets by which the reference selects its best checkpoint: STS-Benchmark's and
   * SICK-R's. Texts are read as by {@link #SIMCSE}.
   */
  DEVELOPMENT;

  /**
   * The separators of Python's {@code str.split()}: Unicode white space and four more characters.
   */
  private static final Pattern WHITE_SPACE = Pattern.compile("(?U)[\\s\\x1c-\\x1f]+");

  /** Returns the names of the tasks, in the order of its table. */
  public List<String> taskNames() {
    return tasks().stream().map(StsTask::name).toList();
  }

  /** Returns whether it has a task of this name, in any case and with or without hyphens. */
  public boolean has(String name) {
    return tasks().stream().anyMatch(task -> task.matches(name));
  }

  List<StsTask> tasks() {
    return switch (this) {
      case SIMCSE -> tasks(16, StsTask.stsBenchmark("STS-B", "test"), StsTask.sick("test"));
      case MTEB ->
          tasks(
              15,
              StsTask.stsBenchmark("STSBenchmark", "test"),
              StsTask.sick("train", "dev", "test"));
      case DEVELOPMENT -> List.of(StsTask.stsBenchmark("STS-B", "dev"), StsTask.sick("dev"));
    };
  }

  private static List<StsTask> tasks(int lastYear, StsTask... others) {
    return Stream.concat(
            IntStream.rangeClosed(12, lastYear).mapToObj(StsTask::semEval), Stream.of(others))
        .toList();
  }

  /** Returns a text as the model receives it. */
  public String text(String raw) {
    return this == MTEB ? raw : WHITE_SPACE.matcher(raw).replaceAll(" ").strip();
  }
}
